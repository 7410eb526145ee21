package io.armature.services.sticky;

import io.armature.services.api.Hold;
import io.armature.services.api.ServiceAwayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** How calls of one stand-in fail. */
final class Failures {

    private final Class<?> type;
    private final Hold hold;

    Failures(Class<?> type, Hold hold) {
        this.type = type;
        this.hold = hold;
    }

    /** The interface's own way to say so, if it has one. */
    Throwable away(String reason) {
        String sentence = type.getSimpleName() + " is away: " + reason + "; try again";
        Throwable failure = hold.away().apply(sentence);
        return failure == null ? new ServiceAwayException(sentence) : failure;
    }

    /** Of a call that was held as long as one is. */
    Throwable late() {
        Duration time = hold.time();
        return away(
                "it did not come back within "
                        + (time.toMillisPart() == 0
                                ? time.toSeconds() + " s"
                                : time.toMillis() + " ms"));
    }

    static CompletionStage<?> stage(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }
}
