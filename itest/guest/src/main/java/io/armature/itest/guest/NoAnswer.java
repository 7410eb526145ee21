package io.armature.itest.guest;

/** A guest says nothing more. */
final class NoAnswer extends AssertionError {

    private static final long serialVersionUID = 1L;

    NoAnswer(String message) {
        super(message);
    }
}
