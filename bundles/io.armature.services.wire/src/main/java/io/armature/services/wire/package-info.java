/**
 * Frames, descriptors and events of {@code AF_UNIX} streams, see docs/formats/services.md; for the
 * service manager's socket and its clients.
 */
package io.armature.services.wire;
