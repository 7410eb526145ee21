package io.armature.itest.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the backend has, as its command line tells it. */
final class Server {

    private final Appliance backend;

    Server(Appliance backend) {
        this.backend = backend;
    }

    /** Everything stored so far. */
    List<ServerRecord> records() throws IOException {
        return backend.run("backend", "records", "--json").ok().lines().stream()
                .map(ServerRecord::of)
                .toList();
    }

    /** Waits until every one of the texts has arrived; fails with what is missing. */
    List<ServerRecord> await(Set<String> texts, long seconds) throws IOException {
        Set<String> missing = new HashSet<>(texts);
        List<ServerRecord> seen = new ArrayList<>();
        follow(
                seconds,
                record -> {
                    seen.add(record);
                    missing.remove(record.text());
                },
                missing::isEmpty,
                () ->
                        missing.size()
                                + " of "
                                + texts.size()
                                + " records missing, for example "
                                + missing.stream().limit(5).toList());
        return seen;
    }

    /**
     * Follows the records until closed.
     *
     * @param action run once, on a thread of its own, when so many are stored
     */
    Running following(long count, Runnable action) throws IOException {
        Running running = backend.begin("backend", "records", "--follow", "--json");
        Thread reader =
                new Thread(
                        () -> {
                            try (BufferedReader lines = running.lines()) {
                                long seen = 0;
                                while (seen < count && lines.readLine() != null) {
                                    seen++;
                                }
                                if (seen == count) {
                                    action.run();
                                }
                            } catch (IOException e) {
                                // The process has gone: whoever waits for the action says so.
                            }
                        },
                        "following");
        reader.start();
        return running;
    }

    private void follow(
            long seconds,
            Consumer<ServerRecord> each,
            BooleanSupplier enough,
            Supplier<String> problem)
            throws IOException {
        if (enough.getAsBoolean()) {
            return;
        }
        try (Running running = backend.begin("backend", "records", "--follow", "--json")) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread reader =
                    new Thread(
                            () -> {
                                try (BufferedReader lines = running.lines()) {
                                    String line = lines.readLine();
                                    while (line != null && !enough.getAsBoolean()) {
                                        each.accept(ServerRecord.of(line));
                                        line = enough.getAsBoolean() ? null : lines.readLine();
                                    }
                                    done.complete(null);
                                } catch (IOException | RuntimeException | AssertionError e) {
                                    done.completeExceptionally(e);
                                }
                            },
                            "records");
            reader.start();
            try {
                done.get(seconds, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError(
                        "within " + seconds + " s: " + problem.get() + "\n" + backend.logTail(), e);
            } catch (ExecutionException e) {
                throw new AssertionError("records cannot be read", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        if (!enough.getAsBoolean()) {
            throw new AssertionError("'backend records' ended: " + problem.get());
        }
    }
}
