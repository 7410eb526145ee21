/** The bundle commands and what the console shows of the bundles. */
package io.armature.control.bundles;
