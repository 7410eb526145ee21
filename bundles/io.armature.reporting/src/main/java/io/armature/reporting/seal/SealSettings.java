package io.armature.reporting.seal;

/**
 * How records are sealed. The implementation of {@link Sealing} takes, in this order, KeyFiles, the
 * directory of provisioned keys ({@code etc/armature/reporting}), DeviceClock, Randomness and this.
 *
 * @param encryption off: records are stored plain, for benchmarks and development only
 * @param compression off: no compression information is written
 * @param agreements key agreements computed ahead in idle time, 0 to 65,536
 */
public record SealSettings(boolean encryption, boolean compression, int agreements) {

    public SealSettings {
        if (agreements < 0 || agreements > 65_536) {
            throw new IllegalArgumentException("agreements must be 0 to 65536, was " + agreements);
        }
    }
}
