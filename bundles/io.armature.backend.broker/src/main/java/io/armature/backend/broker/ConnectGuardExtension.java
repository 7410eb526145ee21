package io.armature.backend.broker;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/**
 * Puts a {@link ConnectGuard} in front of Moquette's handler in each accepted connection, and takes
 * the log of each packet out.
 */
public final class ConnectGuardExtension extends ChannelInitializerExtension {

    /** Made by Netty through {@link java.util.ServiceLoader}. */
    public ConnectGuardExtension() {}

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        // Runs after Moquette's own initializer, before the first byte is read.
        channel.pipeline()
                .addLast(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel accepted) {
                                accepted.pipeline()
                                        .addBefore("handler", "connect-guard", new ConnectGuard());
                                // Moquette's own writes a line for each packet.
                                accepted.pipeline().remove("messageLogger");
                            }
                        });
    }
}
