package io.armature.backend.reporting.server;

/**
 * What the server has seen since it started.
 *
 * @param batches uploads that were taken
 * @param malformed messages and records that make no sense, from wrong topics to absurd ids
 * @param dropped uploads that were not taken because too many waited
 * @param unknown uploads of devices that nobody enrolled
 * @param statements counters of devices that were not signed by them, or said again
 * @param failures groups that could not be stored
 */
public record ServerCounts(
        long batches, long malformed, long dropped, long unknown, long statements, long failures) {}
