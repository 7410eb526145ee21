package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {

    @TempDir private Path self;
    private final ServerLog log = new ServerLog(new HandClock());
    private final Peers peers = new Peers(log);
    private final List<String> ended = new ArrayList<>();
    private Guard guard;
    private int things;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectory(self.resolve("fd"));
        Files.writeString(
                self.resolve("limits"),
                "Limit   Soft Limit  Hard Limit  Units\n"
                        + "Max processes   5  6  processes\n"
                        + "Max open files            100        200         files\n");
        OpenFiles files = new OpenFiles(self);
        assertThat(files.limit()).isEqualTo(100);
        guard = new Guard(peers, files, files.limit(), log);
        files(20);
    }

    /** The process has so many besides what it holds for peers. */
    private void files(int others) throws IOException {
        for (int i = 0; i < others; i++) {
            Files.writeString(self.resolve("fd/" + i), "");
        }
    }

    private Peer peer(long uid, int pid) {
        return new Peer(
                new Identity(Optional.empty(), Optional.empty(), uid, uid, pid, Optional.empty()),
                peers);
    }

    private final class Thing implements Held {
        private final Peer peer;
        private final int descriptors;
        private final Path file;

        Thing(Peer peer, int descriptors) throws IOException {
            this.peer = peer;
            this.descriptors = descriptors;
            this.file = self.resolve("fd/held" + things++);
            Files.writeString(file, "");
            peer.add(this);
        }

        @Override
        public int descriptors() {
            return descriptors;
        }

        @Override
        public void end(CloseReason reason) {
            ended.add(peer.identity() + " " + reason.code());
            peer.remove(this);
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void whoHoldsMostInAllConnectionsIsClosed() throws IOException {
        List<Peer> greedy = List.of(peer(7, 70), peer(7, 70), peer(7, 70));
        Peer other = peer(7, 71);
        for (int i = 0; i < 25; i++) {
            guard.check();
            new Thing(other, 1);
        }
        for (int i = 0; i < 34; i++) {
            guard.check();
            new Thing(greedy.get(i % 3), 1);
        }
        assertThat(ended).isEmpty();
        new Thing(greedy.get(0), 1);
        guard.check();
        assertThat(ended).hasSize(35).containsOnly("uid 7 pid 70 1");
        assertThat(peers.held()).isEqualTo(25);
        guard.check();
        assertThat(ended).hasSize(35);
    }

    @Test
    void walksAgainOnlyAfterAsManyThingsAsItWalkedOver() throws IOException {
        guard = new Guard(peers, new OpenFiles(self), 1_000, log);
        new Thing(peer(7, 70), 1);
        files(600);
        guard.check();
        files(900);
        for (int i = 0; i < 601; i++) {
            guard.check();
        }
        assertThat(ended).isEmpty();
        guard.check();
        assertThat(ended).containsExactly("uid 7 pid 70 1");
    }

    @Test
    void filesOfTheRestOfTheProcessCount() throws IOException {
        Peer peer = peer(7, 70);
        new Thing(peer, 1);
        files(85);
        guard.check();
        assertThat(ended).containsExactly("uid 7 pid 70 1");
        guard.check();
        assertThat(peers.held()).isZero();
    }
}
