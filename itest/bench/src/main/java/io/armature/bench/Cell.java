package io.armature.bench;

/**
 * One load on one store, once.
 *
 * @param sample rate and latencies
 * @param writtenBytes by the disk meanwhile, with the file system's journal; NaN where nobody
 *     counts them
 * @param allocatedBytes on the Java heap by all threads
 * @param recordBytes length of a record
 */
record Cell(Sample sample, double writtenBytes, long allocatedBytes, int recordBytes) {

    double writtenPerByte() {
        return writtenBytes / (double) (sample.operations() * recordBytes);
    }

    double allocatedPerRecord() {
        return allocatedBytes / (double) sample.operations();
    }
}
