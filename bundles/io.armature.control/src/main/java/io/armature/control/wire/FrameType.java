package io.armature.control.wire;

/** Frame types with their numbers on the wire and the longest payload that is taken. */
public enum FrameType {
    REQUEST(0x01, 1 << 20),
    STDIN(0x02, FrameType.CHUNK_BYTES),
    STDIN_END(0x03, 0),
    STARTED(0x40, 0),
    STDOUT(0x41, FrameType.CHUNK_BYTES),
    STDERR(0x42, FrameType.CHUNK_BYTES),
    STDIN_CREDIT(0x43, 4),
    EXIT(0x44, 1),
    REFUSED(0x45, 4097),
    CONTINUE(0x46, 1 << 20);

    /** The longest piece of a stream in one frame. */
    public static final int CHUNK_BYTES = 65_536;

    /** Bytes before a payload: type and length. */
    public static final int HEADER_BYTES = 5;

    private final int number;
    private final int limitBytes;

    FrameType(int number, int limitBytes) {
        this.number = number;
        this.limitBytes = limitBytes;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The longest payload. */
    public int limitBytes() {
        return limitBytes;
    }

    /**
     * The type that a client may send under that number.
     *
     * @throws DamagedFrameException if there is none
     */
    static FrameType fromClient(int number) throws DamagedFrameException {
        switch (number) {
            case 0x01:
                return REQUEST;
            case 0x02:
                return STDIN;
            case 0x03:
                return STDIN_END;
            default:
                throw new DamagedFrameException("unknown frame type " + number);
        }
    }
}
