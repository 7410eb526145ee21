package io.armature.itest.system;

import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A component of a bundle of the tests: owns BundleTest and hands what it is sent on to
 * ProcessTest, with the requester's uid before it, and back with a mark.
 */
public final class RelayComponent implements ServiceProvider {

    private final ServiceManager manager;

    /** With the manager as the bundle sees it. */
    public RelayComponent(ServiceManager manager) {
        this.manager = manager;
    }

    @Override
    public void request(Identity client, Pipe pipe) {
        Pipe onward = manager.request("ProcessTest");
        pipe.listen(message -> onward.send(marked(client.uid() + ">", message)));
        onward.listen(message -> pipe.send(marked("<", message)));
        pipe.closed().thenAccept(onward::close);
        onward.closed().thenAccept(pipe::close);
    }

    private static byte[] marked(String mark, byte[] message) {
        byte[] before = mark.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(before.length + message.length).put(before).put(message).array();
    }
}
