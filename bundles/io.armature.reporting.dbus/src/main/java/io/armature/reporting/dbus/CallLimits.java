package io.armature.reporting.dbus;

/**
 * How much may be under way. Where there is more, the caller is told to try again.
 *
 * @param calls of all senders
 * @param bytes of their requests
 * @param callsOfOne of one sender
 */
record CallLimits(int calls, long bytes, int callsOfOne) {}
