/** The thin client's own package, so that tests can call it without a JVM of its own. */
package io.armature.cli;
