package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Stages as the api promises them: failing with a ReportingException, unwrapped. */
final class Stages {

    private Stages() {}

    static <T> CompletionStage<T> plain(CompletionStage<T> stage) {
        return plain(stage, (value, failure) -> {});
    }

    /**
     * @param first hears of the end before anybody else
     */
    static <T> CompletionStage<T> plain(CompletionStage<T> stage, BiConsumer<T, Throwable> first) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete(
                (value, failure) -> {
                    first.accept(value, failure);
                    if (failure == null) {
                        plain.complete(value);
                    } else {
                        plain.completeExceptionally(reporting(failure));
                    }
                });
        return plain;
    }

    static ReportingException reporting(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof ReportingException reporting
                ? reporting
                : new ReportingException(StatusCode.INTERNAL, String.valueOf(cause), cause);
    }
}
