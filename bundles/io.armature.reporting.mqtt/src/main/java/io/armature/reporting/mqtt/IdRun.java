package io.armature.reporting.mqtt;

/** Consecutive ids, both ends included. */
record IdRun(long first, long last) {

    IdRun {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException(
                    "ids must ascend from 0, were " + first + ".." + last);
        }
    }
}
