package io.armature.console.http;

import java.util.Map;

/** Something that a page may ask the device to do. */
@FunctionalInterface
public interface Action {

    /**
     * Does it; may block for some seconds.
     *
     * @param form the fields of the request
     * @return one sentence about what was done
     * @throws RefusedException if it cannot be done
     */
    String act(Map<String, String> form) throws RefusedException;

    /** Why an action was not done. */
    final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final int status;

        /**
         * @param status the status of the HTTP answer
         * @param message one sentence
         */
        public RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
