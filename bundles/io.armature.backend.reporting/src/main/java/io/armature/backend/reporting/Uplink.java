package io.armature.backend.reporting;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.reporting.link.Broker;
import io.armature.backend.reporting.link.BrokerLink;
import io.armature.backend.reporting.server.Intake;
import io.armature.backend.reporting.server.Outbox;
import io.armature.platform.api.DeviceClock;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The server's connection, once it is ready: to a broker that the settings name, else to the one of
 * this process while it is there. Any thread.
 */
final class Uplink implements Outbox, Intake, AutoCloseable {

    private final Optional<Broker> named;
    private final DeviceClock clock;
    private final BiConsumer<String, byte[]> receiver;
    private final Object lock = new Object();
    // Guarded by lock.
    private DeviceAccounts accounts;
    private BrokerLink link;
    private boolean ready;
    private boolean left;
    private boolean closed;

    /**
     * @param receiver takes topic and payload of each upload; must not block
     */
    Uplink(Optional<Broker> named, DeviceClock clock, BiConsumer<String, byte[]> receiver) {
        this.named = named;
        this.clock = clock;
        this.receiver = receiver;
    }

    /** From now on uploads can be taken. */
    void ready() {
        synchronized (lock) {
            ready = true;
        }
        connect();
    }

    /** The broker of this process is there. */
    void bind(DeviceAccounts service) {
        synchronized (lock) {
            accounts = service;
        }
        if (named.isEmpty()) {
            connect();
        }
    }

    /** It has gone. */
    void unbind(DeviceAccounts service) {
        BrokerLink old;
        synchronized (lock) {
            if (accounts != service) {
                return;
            }
            accounts = null;
            old = named.isEmpty() ? link : null;
            link = named.isEmpty() ? null : link;
        }
        if (old != null) {
            old.close();
        }
    }

    /** Accounts of the broker of this process; none while it is away. */
    Optional<DeviceAccounts> accounts() {
        synchronized (lock) {
            return Optional.ofNullable(accounts);
        }
    }

    /** Whether uploads can come in. */
    boolean connected() {
        synchronized (lock) {
            return link != null && link.connected();
        }
    }

    /** Why no upload comes though the broker is there. */
    Optional<String> refusal() {
        synchronized (lock) {
            return link == null ? Optional.empty() : link.refusal();
        }
    }

    @Override
    public void send(String topic, byte[] payload) {
        BrokerLink current;
        synchronized (lock) {
            current = link;
        }
        if (current != null) {
            current.send(topic, payload);
        }
    }

    @Override
    public void leave() {
        take(false);
    }

    @Override
    public void join() {
        take(true);
    }

    private void take(boolean uploads) {
        synchronized (lock) {
            left = !uploads;
            if (link != null && uploads) {
                link.join();
            } else if (link != null) {
                link.leave();
            }
        }
    }

    /** No new connection from now on; the one there is lasts until {@link #close}. */
    void end() {
        synchronized (lock) {
            closed = true;
        }
    }

    @Override
    public void close() {
        BrokerLink old;
        synchronized (lock) {
            closed = true;
            old = link;
            link = null;
        }
        if (old != null) {
            old.close();
        }
    }

    private void connect() {
        BrokerLink old;
        synchronized (lock) {
            Optional<Broker> broker =
                    named.or(
                            () ->
                                    Optional.ofNullable(accounts)
                                            .map(
                                                    a ->
                                                            new Broker(
                                                                    a.url(),
                                                                    DeviceAccounts.SERVER_USER,
                                                                    a.serverPassword(),
                                                                    "")));
            if (broker.isEmpty() || !ready || closed) {
                return;
            }
            old = link;
            link = new BrokerLink(broker.get(), clock, receiver);
            if (left) {
                link.leave();
            }
            link.start();
        }
        if (old != null) {
            old.close();
        }
    }
}
