package io.armature.reporting.api;

/** What others than the spool see and have it count, see {@link Reporting#count}. */
public enum Observation {
    /**
     * What became of a record that a report queue was given; the sample is a {@link StatusCode}.
     */
    CLIENT_ENQUEUE_RESULT("ClientEnqueueResult"),

    /** A record was refused because no clock is right that shows its time; by destination. */
    UNUSUAL_ENQUEUE_TIMESTAMP("UnusualEnqueueTimestamp"),

    /** A caller was refused who may not do what was asked; by reason. */
    PERMISSION_DENIED_ERROR_REASON("PermissionDeniedErrorReason"),

    /** A message that came for the device over the network changed nothing; by reason. */
    DROPPED_MESSAGE("DroppedMessage");

    private final String metric;

    Observation(String metric) {
        this.metric = metric;
    }

    /** The name of the metric, without what all begin with; the original's where it has one. */
    public String metric() {
        return metric;
    }
}
