package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.services.proto.Observe;
import io.armature.services.proto.Query;
import io.armature.services.proto.Register;
import io.armature.services.proto.Request;
import io.armature.services.proto.ServiceEvent;
import io.armature.services.proto.ServiceRequest;
import io.armature.services.proto.ToClient;
import io.armature.services.proto.ToManager;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import io.armature.services.wire.FrameStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process, as the manager sees it. */
final class Client implements AutoCloseable {

    /** Something that came: a message, or the end if the code is not negative. */
    record Got(byte[] message, Optional<Descriptor> passed, long code, String text) {
        String words() {
            return new String(message, StandardCharsets.UTF_8);
        }
    }

    /** A stream whose frames are kept. */
    static final class Inlet implements FrameStream.Handler {
        final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
        final FrameStream stream;

        // Guarded by this.
        private boolean dropped;

        Inlet(EventLoop loop, Descriptor descriptor) throws IOException {
            this(loop, descriptor, true);
        }

        Inlet(EventLoop loop, Descriptor descriptor, boolean reading) throws IOException {
            stream = new FrameStream(loop, descriptor, 64 << 20, this, reading);
        }

        @Override
        public synchronized void message(byte[] message, Optional<Descriptor> passed) {
            if (dropped) {
                passed.ifPresent(Descriptor::close);
            } else {
                got.add(new Got(message, passed, -1, ""));
            }
        }

        /** Vanishes as a process does: what was passed to it and not looked at goes, too. */
        void drop() {
            synchronized (this) {
                dropped = true;
            }
            stream.drop();
            got.forEach(unseen -> unseen.passed().ifPresent(Descriptor::close));
        }

        @Override
        public void writable() {
            // these tests stay below the limit
        }

        @Override
        public void closed(long code, String text) {
            got.add(new Got(new byte[0], Optional.empty(), code, text));
        }

        Inlet send(String words) {
            stream.send(words.getBytes(StandardCharsets.UTF_8), Optional.empty());
            return this;
        }

        Got next() throws InterruptedException {
            Got next = got.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a frame within 20 s").isNotNull();
            return next;
        }

        Got message() throws InterruptedException {
            Got next = next();
            assertThat(next.code()).as(next.text()).isEqualTo(-1);
            return next;
        }

        long end() throws InterruptedException {
            Got next = next();
            assertThat(next.code()).isNotNegative();
            return next.code();
        }
    }

    /** What an owner was asked. */
    record Asked(ServiceRequest request, Inlet pipe) {}

    final EventLoop loop;
    final Inlet manager;

    Client(EventLoop loop, Path socket) throws IOException {
        this.loop = loop;
        this.manager = new Inlet(loop, Descriptor.connected(socket));
    }

    void call(ToManager call, Optional<Descriptor> passed) {
        assertThat(manager.stream.send(call.toByteArray(), passed)).isTrue();
    }

    private Inlet withPipe(ToManager call, boolean reading) throws IOException {
        Descriptor[] pair = Descriptor.pair();
        call(call, Optional.of(pair[1]));
        return new Inlet(loop, pair[0], reading);
    }

    Inlet register(String name) throws IOException {
        Register call = Register.newBuilder().setServiceName(name).build();
        return withPipe(ToManager.newBuilder().setRegister(call).build(), true);
    }

    Inlet request(String name) throws IOException {
        Request call = Request.newBuilder().setServiceName(name).build();
        return withPipe(ToManager.newBuilder().setRequest(call).build(), true);
    }

    Inlet request(String name, long micros) throws IOException {
        Request call = Request.newBuilder().setServiceName(name).setTimeoutUs(micros).build();
        return withPipe(ToManager.newBuilder().setRequest(call).build(), true);
    }

    Inlet observe(boolean reading) throws IOException {
        return withPipe(
                ToManager.newBuilder().setObserve(Observe.getDefaultInstance()).build(), reading);
    }

    ToClient query(String name) throws InterruptedException, InvalidProtocolBufferException {
        Query call = Query.newBuilder().setId(7).setServiceName(name).build();
        call(ToManager.newBuilder().setQuery(call).build(), Optional.empty());
        return ToClient.parseFrom(manager.message().message());
    }

    Asked asked(Inlet provider)
            throws InterruptedException, InvalidProtocolBufferException, IOException {
        Got got = provider.message();
        return new Asked(
                ServiceRequest.parseFrom(got.message()),
                new Inlet(loop, got.passed().orElseThrow()));
    }

    static ServiceEvent event(Inlet observer)
            throws InterruptedException, InvalidProtocolBufferException {
        return ServiceEvent.parseFrom(observer.message().message());
    }

    @Override
    public void close() {
        manager.stream.close();
    }
}
