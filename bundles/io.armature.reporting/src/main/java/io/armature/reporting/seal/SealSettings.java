package io.armature.reporting.seal;

/**
 * How records are sealed. The implementation of {@link Sealing} takes, in this order, KeyFiles, the
 * directory of provisioned keys ({@code etc/armature/reporting}), DeviceClock, Randomness and this.
 *
 * @param encryption off: records are stored plain, for benchmarks and development only
 * @param compression off: no compression information is written
 * @param agreements key agreements computed ahead in idle time, 0 to 65,536; a change counts from
 *     the next start
 * @param development whether the development's verification key counts instead of the device's own
 */
public record SealSettings(
        boolean encryption, boolean compression, int agreements, boolean development) {

    public SealSettings {
        if (agreements < 0 || agreements > 65_536) {
            throw new IllegalArgumentException("agreements must be 0 to 65536, was " + agreements);
        }
    }

    /** With the device's own verification key. */
    public SealSettings(boolean encryption, boolean compression, int agreements) {
        this(encryption, compression, agreements, false);
    }

    /** The same without agreements computed ahead. */
    public SealSettings withoutAgreements() {
        return new SealSettings(encryption, compression, 0, development);
    }
}
