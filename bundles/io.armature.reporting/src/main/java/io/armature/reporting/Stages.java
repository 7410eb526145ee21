package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Stages as the api promises them: failing with a ReportingException, unwrapped. */
final class Stages {

    private Stages() {}

    static <T> CompletionStage<T> plain(CompletionStage<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete(
                (value, failure) -> {
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
