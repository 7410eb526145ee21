/** The control protocol's bytes: frames, the request, and what a damaged one is. */
package io.armature.control.wire;
