package io.armature.bench;

import io.armature.services.api.Pipe;
import java.util.function.LongConsumer;

/** One request over the socket; closes its pipe with the first message. */
record Requested(Pipe pipe, LongConsumer come) implements Pipe.Listener {

    /**
     * @param come takes the moment of the first message
     */
    static void of(SocketFixture fixture, LongConsumer come) {
        Pipe pipe = fixture.request();
        pipe.listen(new Requested(pipe, come));
    }

    @Override
    public void onMessage(byte[] message) {
        long at = System.nanoTime();
        pipe.close();
        come.accept(at);
    }
}
