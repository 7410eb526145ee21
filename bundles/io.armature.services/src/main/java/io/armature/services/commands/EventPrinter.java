package io.armature.services.commands;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.Terminal;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.policy.Printable;
import io.armature.services.registry.ServiceRegistry;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** {@code observe}: events as they come, until the caller has gone or has seen enough. */
final class EventPrinter {

    /** Events that may wait for a caller who reads slowly. */
    static final int WAITING_LIMIT = 4_096;

    /** What the printing thread finds: an event, a failure, or neither at the end. */
    private record Item(ServiceEvent event, String failure) {}

    private static final Item END = new Item(null, null);
    private static final Item LOST =
            new Item(null, "over " + WAITING_LIMIT + " events waited to be read; start again");
    private static final Item REPLACED =
            new Item(null, "the service manager is being replaced; start again");

    private final Terminal terminal;
    private final boolean json;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

    EventPrinter(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    /**
     * Prints on this thread.
     *
     * @param count how many events; 0: until the caller goes
     */
    void run(ServiceRegistry registry, Printers printers, long count) throws InterruptedException {
        terminal.onGone(() -> items.add(END));
        Subscription subscription = registry.observeAll(this::take);
        try {
            printers.add(this);
            for (long printed = 0; count == 0 || printed < count; printed++) {
                Item item = items.take();
                if (item.failure() != null) {
                    throw CommandFailure.failed(item.failure());
                }
                if (item.event() == null) {
                    return;
                }
                terminal.out().println(json ? json(item.event()) : text(item.event()));
            }
        } finally {
            printers.remove(this);
            subscription.close();
        }
    }

    /** Nothing comes any more. */
    void managerGone() {
        items.add(REPLACED);
    }

    private void take(ServiceEvent event) {
        if (items.size() < WAITING_LIMIT) {
            items.add(new Item(event, null));
        } else if (items.size() == WAITING_LIMIT) {
            items.add(LOST);
        }
    }

    private static String text(ServiceEvent event) {
        return word(event)
                + " "
                + Printable.of(event.serviceName())
                + " by "
                + Printable.of(event.dispatcher().toString());
    }

    private static String json(ServiceEvent event) {
        return Json.object(
                json -> {
                    json.writeStringField("event", word(event));
                    json.writeStringField("service", event.serviceName());
                    json.writeFieldName("dispatcher");
                    Json.identity(json, event.dispatcher());
                });
    }

    private static String word(ServiceEvent event) {
        return event.type().name().toLowerCase(Locale.ROOT);
    }
}
