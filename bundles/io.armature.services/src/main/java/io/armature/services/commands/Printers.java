package io.armature.services.commands;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Those who print events now; they end with the manager they observe. Any thread. */
final class Printers {

    private final Set<EventPrinter> printing = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    void add(EventPrinter printer) {
        printing.add(printer);
        if (ended) {
            printer.managerGone();
        }
    }

    void remove(EventPrinter printer) {
        printing.remove(printer);
    }

    /** The manager goes: they would wait for ever. */
    void end() {
        ended = true;
        printing.forEach(EventPrinter::managerGone);
    }
}
