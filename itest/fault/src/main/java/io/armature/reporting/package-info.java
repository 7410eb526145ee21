/** The spool's own package, so that it can be built without a framework. */
package io.armature.reporting;
