package io.armature.reporting.api;

/**
 * One figure of the spool, under the original's name.
 *
 * @param name such as {@code Platform.Missive.ResourceExhaustedCase}
 * @param sample what was seen, such as {@code NO_DISK_SPACE}; a unit where the value is one of now
 * @param value how often it was seen since the device's start, a sum, or the value of now
 */
public record Metric(String name, String sample, long value) {}
