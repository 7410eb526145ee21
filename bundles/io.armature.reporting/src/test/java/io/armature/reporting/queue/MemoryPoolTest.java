package io.armature.reporting.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryPoolTest {

    private static final long MIB = 1 << 20;

    private final MemoryPool pool = new MemoryPool(4 * MIB);

    @Test
    void anotherLimitCountsAtOnceAndTakesNothingAway() {
        assertThat(pool.reserveWrite(2 * MIB)).isTrue();
        assertThat(pool.reserveWrite(2 * MIB)).isFalse();
        pool.limit(8 * MIB);
        assertThat(pool.largestWriteBytes()).isGreaterThan(6 * MIB);
        assertThat(pool.reserveWrite(2 * MIB)).isTrue();
        assertThat(pool.reserveUpload(0, 3 * MIB)).isTrue();
        pool.limit(4 * MIB);
        assertThat(pool.usedBytes()).isEqualTo(7 * MIB);
        assertThat(pool.reserveWrite(1)).isFalse();
        assertThat(pool.reserveUpload(0, 1)).isFalse();
        pool.releaseUpload(3 * MIB);
        assertThat(pool.reserveWrite(1)).as("4 MiB of 4 are taken").isFalse();
        pool.releaseWrite(2 * MIB);
        assertThat(pool.reserveWrite(MIB / 2)).isTrue();
        assertThat(pool.reserveUpload(0, MIB)).isTrue();
    }
}
