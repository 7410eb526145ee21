package io.armature.services.policy;

/** A policy file cannot be accepted; says where and why. */
final class RejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    RejectedException(int line, int column, String reason) {
        super(reason, null, false, false);
        this.line = line;
        this.column = column;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }
}
