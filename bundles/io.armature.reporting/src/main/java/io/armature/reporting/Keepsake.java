package io.armature.reporting;

import java.util.Optional;

/**
 * A text that one instance leaves to the next one of the same process without a disk. Any thread.
 */
public interface Keepsake {

    /** Keeps nothing. */
    Keepsake NONE =
            new Keepsake() {
                @Override
                public void keep(String text) {}

                @Override
                public Optional<String> kept() {
                    return Optional.empty();
                }

                @Override
                public void forget() {}
            };

    /** Replaces what is kept. */
    void keep(String text);

    /** What is kept, if anything. */
    Optional<String> kept();

    /** It is not needed any more. */
    void forget();
}
