package io.armature.control.wire;

/** Why a connection is closed before its command started. */
public enum Refusal {
    REPLACED(1),
    BUSY(2),
    NOT_ALLOWED(3),
    DAMAGED(4),
    TOO_SLOW(5);

    private final int number;

    Refusal(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }
}
