package io.armature.services.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.services.api.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that is told one after another; waits with a deadline. */
final class Heard<T> {

    private final BlockingQueue<T> all = new LinkedBlockingQueue<>();

    void add(T one) {
        all.add(one);
    }

    T next() throws InterruptedException {
        T next = all.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something within 20 s").isNotNull();
        return next;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    static Heard<String> of(Pipe pipe) {
        Heard<String> heard = new Heard<>();
        pipe.listen(message -> heard.add(new String(message, StandardCharsets.UTF_8)));
        return heard;
    }

    static byte[] bytes(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
