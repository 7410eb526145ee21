/** The control socket as a component, and how it is taken away and comes back. */
package io.armature.control;
