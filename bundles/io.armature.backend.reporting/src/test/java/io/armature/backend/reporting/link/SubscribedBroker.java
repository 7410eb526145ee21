package io.armature.backend.reporting.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes every client and answers its subscription as it is told; knows nothing else of MQTT. */
final class SubscribedBroker {

    /** The code of a subscription that is refused. */
    static final int REFUSED = 0x80;

    private static final int CONNECT = 1;
    private static final int SUBSCRIBE = 8;
    private static final long DEADLINE_SECONDS = 60;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> subscriptions = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::serve, "test-broker");

    SubscribedBroker() throws IOException {
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for the next subscription. */
    void awaitSubscription() throws InterruptedException {
        assertThat(subscriptions.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("a subscription")
                .isNotNull();
    }

    /** Answers the next subscription with a code. */
    void answer(int code) {
        answers.add(code);
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                serve(client);
            } catch (IOException e) {
                continue; // the client has gone, or the test is over
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void serve(Socket client) throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (true) {
            int kind = in.readUnsignedByte() >> 4;
            byte[] body = in.readNBytes(length(in));
            if (kind == CONNECT) {
                client.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
            } else if (kind == SUBSCRIBE) {
                subscriptions.add(true);
                int code = answers.take();
                client.getOutputStream()
                        .write(new byte[] {(byte) 0x90, 3, body[0], body[1], (byte) code});
            }
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int more = 0x80;
        while (more != 0) {
            int next = in.readUnsignedByte();
            length |= (next & 0x7f) << shift;
            shift += 7;
            more = next & 0x80;
        }
        return length;
    }

    void close() throws IOException, InterruptedException {
        server.close();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
    }
}
