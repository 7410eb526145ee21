package io.armature.services.commands;

import io.armature.control.api.CommandFailure;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the registry answers; it does so at once unless something is badly wrong. */
final class Answers {

    private static final long PATIENCE_SECONDS = 10;

    private Answers() {}

    static <T> T of(CompletionStage<T> question) {
        try {
            return question.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        } catch (TimeoutException e) {
            throw CommandFailure.failed("the service manager does not answer");
        } catch (ExecutionException e) {
            throw CommandFailure.failed(String.valueOf(e.getCause().getMessage()));
        }
    }
}
