/** The web console as components. */
package io.armature.console;
