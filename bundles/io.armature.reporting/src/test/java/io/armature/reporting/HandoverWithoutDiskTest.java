package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Interceptor;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server has said outlives an update of the bundle, whatever the disk does. */
class HandoverWithoutDiskTest {

    private static final Priority PRIORITY = Priority.MANUAL_BATCH;
    private static final int TRIES = 6;

    @TempDir Path root;
    private final AtomicReference<Interceptor> disk = new AtomicReference<>((point, path) -> {});
    private Keepsake keepsake;
    private SpoolFixture spool;

    @BeforeEach
    void start() {
        keepsake = new ProcessKeepsake(root);
        spool =
                new SpoolFixture(root)
                        .settings(
                                new GivenSettings(
                                                Map.of(
                                                        "jobs",
                                                        1,
                                                        "blocking_destinations_enabled",
                                                        true))
                                        .spool())
                        .keepsake(keepsake)
                        .intercepted(disk)
                        .start();
    }

    @AfterEach
    void stop() {
        spool.close();
        keepsake.forget();
    }

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"CREATE", "WRITE", "FORCE", "RENAME"})
    void aServersOffSwitchStaysWhereAFullDiskDoesNotTakeTheHandover(Point full) throws Exception {
        disable();
        failAt(full, new NoSpaceException("No space left on device"));
        spool.stop();
        assertThat(root.resolve("handover")).doesNotExist();
        disk.set((point, path) -> {});
        spool.start();
        assertDisabled();
        assertThat(keepsake.kept()).as("once it is taken").isEmpty();
    }

    @Test
    void tokensAndBlockedDestinationsStayToo() throws Exception {
        Enqueued first = spool.store(PRIORITY, "a");
        failAt(Point.CREATE, new IOException("Input/output error"));
        spool.update();
        assertThat(spool.store(PRIORITY, "b").generationGuid()).isEqualTo(first.generationGuid());
        SpoolFixture.await(
                spool.spool()
                        .updateConfiguration(
                                ListOfBlockedDestinations.newBuilder()
                                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                                        .build()));
        spool.update();
        SpoolFixture.await(spool.spool().queues());
        assertThat(SpoolFixture.failure(spool.enqueue(PRIORITY, "c")).code())
                .isEqualTo(StatusCode.CANCELLED);
    }

    @Test
    void aHandoverThatCannotBeReadBackIsNotMissed() throws Exception {
        disable();
        spool.stop();
        spool.storage(Unreadable::new).start();
        assertDisabled();
    }

    @Test
    void anInstanceThatNeverOpensLosesNothingOfIt() throws Exception {
        disable();
        spool.stop();
        spool.storage(Unlistable::new);
        int timers = spool.clock.pending();
        spool.start();
        for (int i = 1; i < TRIES; i++) {
            spool.clock.awaitPending(timers + 1);
            spool.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(SpoolFixture.failure(spool.spool().queues()).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        spool.stop().storage(real -> real).start();
        assertDisabled();
    }

    @Test
    void whatIsKeptForOneRootIsNotForAnother() {
        keepsake.keep("text");
        assertThat(new ProcessKeepsake(root).kept()).contains("text");
        assertThat(new ProcessKeepsake(root.resolve("other")).kept()).isEmpty();
        keepsake.forget();
        assertThat(new ProcessKeepsake(root).kept()).isEmpty();
    }

    private void failAt(Point failing, IOException failure) {
        disk.set(
                (point, path) -> {
                    if (point == failing && path.startsWith("handover")) {
                        throw failure;
                    }
                });
    }

    private void disable() throws Exception {
        spool.store(PRIORITY, "x");
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder().setDisable(true).build()));
        spool.connect();
        spool.uploader.next();
        // There is one thread for jobs: the pass has handed the reply over when the first is done.
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(spool.spool().queues());
        assertDisabled();
    }

    private void assertDisabled() throws Exception {
        SpoolFixture.await(spool.spool().queues());
        assertThat(SpoolFixture.failure(spool.enqueue(PRIORITY, "y")))
                .hasToString("FAILED_PRECONDITION:Reporting is disabled");
    }

    /** Does not give the hand-over. */
    private static final class Unreadable extends ForwardingStorage {
        Unreadable(Storage real) {
            super(real);
        }

        @Override
        public StorageFile open(String path, Access access) throws IOException {
            if (path.equals("handover")) {
                throw new IOException("Input/output error");
            }
            return super.open(path, access);
        }
    }

    /** Cannot be read once the hand-over was taken. */
    private static final class Unlistable extends ForwardingStorage {
        Unlistable(Storage real) {
            super(real);
        }

        @Override
        public List<Entry> list(String directory) throws IOException {
            if (!exists("handover")) {
                throw new IOException("Input/output error");
            }
            return super.list(directory);
        }
    }
}
