package io.armature.reporting.mqtt.api;

/**
 * What a broker said that it takes.
 *
 * @param inFlight publications not acknowledged, 1 or more; the transport keeps to it by itself
 * @param packetBytes of one packet with its header, 1 or more
 */
public record Limits(int inFlight, int packetBytes) {

    /** The broker said nothing. */
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    public Limits {
        if (inFlight < 1 || packetBytes < 1) {
            throw new IllegalArgumentException(
                    "limits must be >= 1, were " + inFlight + " and " + packetBytes);
        }
    }
}
