/** A device and a platform for the server's tests. */
package io.armature.backend.reporting.fake;
