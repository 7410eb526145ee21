package io.armature.reporting.mqtt.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a broker sends, up to the length of a packet that is larger than may be: a client would make
 * room for all of it at once. Not thread safe.
 */
final class BoundedStream extends FilterInputStream {

    private static final int LENGTH_BITS = 7;
    private static final int MOST_DIGITS = 4;

    /** What the next byte is of. */
    private enum Next {
        TYPE,
        LENGTH,
        BODY
    }

    private final int largestBytes;
    private Next next = Next.TYPE;
    private int digits;
    private int length;

    /**
     * @param largestBytes of one packet, header included
     */
    BoundedStream(InputStream in, int largestBytes) {
        super(in);
        this.largestBytes = largestBytes;
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        if (one >= 0) {
            follow(new byte[] {(byte) one}, 0, 1);
        }
        return one;
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
        int got = in.read(to, offset, count);
        if (got > 0) {
            follow(to, offset, offset + got);
        }
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = 0;
        while (skipped < count && read() >= 0) {
            skipped++;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void follow(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            switch (next) {
                case TYPE -> {
                    at++;
                    digits = 0;
                    length = 0;
                    next = Next.LENGTH;
                }
                case LENGTH -> digit(bytes[at++]);
                case BODY -> {
                    int step = Math.min(length, to - at);
                    at += step;
                    length -= step;
                    if (length == 0) {
                        next = Next.TYPE;
                    }
                }
            }
        }
    }

    private void digit(byte digit) throws IOException {
        length |= (digit & 0x7f) << (LENGTH_BITS * digits);
        digits++;
        if (digit < 0) {
            if (digits == MOST_DIGITS) {
                throw new IOException("the broker sent a packet without a length");
            }
        } else if (1L + digits + length > largestBytes) {
            throw new IOException(
                    "the broker sent a packet of "
                            + length
                            + " bytes; none of more than "
                            + largestBytes
                            + " is taken");
        } else {
            next = length == 0 ? Next.TYPE : Next.BODY;
        }
    }
}
