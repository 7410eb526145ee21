package io.armature.services.wire;

/**
 * Who was at the other end when it connected ({@code SO_PEERCRED}, unix(7)).
 *
 * @param pid 0 if the process is outside this one's process namespace
 * @param uid 0 to 2^32 - 1
 * @param gid 0 to 2^32 - 1
 */
public record Credentials(int pid, long uid, long gid) {}
