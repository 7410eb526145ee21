package io.armature.reporting.client;

/**
 * What a queue keeps while there is no spool.
 *
 * @param bytes of the records' data
 */
public record SpeculativeLimits(int records, long bytes) {}
