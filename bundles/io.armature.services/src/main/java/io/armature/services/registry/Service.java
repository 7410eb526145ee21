package io.armature.services.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What there is of one service. Belongs to the registry's turn. */
final class Service {
    final String name;
    final WaitingQueue queue;
    Owned owner;
    long handedOver;

    Service(String name) {
        this.name = name;
        this.queue = new WaitingQueue(name);
    }

    ServiceView view() {
        return new ServiceView(
                name,
                Optional.ofNullable(owner).map(owned -> owned.owner),
                queue.list().stream().map(request -> request.caller).toList(),
                handedOver);
    }

    /** What would end here under other rules: a sentence each. */
    List<String> ending(Admission next) {
        List<String> sentences = new ArrayList<>();
        if (owner != null && next.owning(owner.owner, name) != null) {
            sentences.add(owner.owner + " would no longer own " + name);
        }
        queue.list().stream()
                .filter(request -> next.requesting(request.caller, name) != null)
                .map(request -> request.caller + " would no longer wait for " + name)
                .distinct()
                .sorted()
                .forEach(sentences::add);
        return sentences;
    }

    /** Whether these rules do not name it and nobody is there. */
    boolean forgotten(Admission rules) {
        return rules.mode() == Mode.ENFORCING
                && !rules.names(name)
                && owner == null
                && queue.size() == 0;
    }
}
