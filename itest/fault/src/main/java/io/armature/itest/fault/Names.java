package io.armature.itest.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The names in a directory as the page cache has them, and which changes of them the platter has
 * not seen: each may get there by itself, in any order but for changes of one name. Guarded by the
 * storage.
 */
final class Names {

    private final Platter platter;
    private final long directory;
    private final Map<String, Node> current = new TreeMap<>();
    private final Map<String, Long> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    /** One name that came or went. */
    static final class Change {
        private final Names owner;
        private final String name;
        private final Long inode;
        private final Change before;
        private boolean seen;

        private Change(Names owner, String name, Long inode, Change before) {
            this.owner = owner;
            this.name = name;
            this.inode = inode;
            this.before = before;
        }
    }

    Names(Platter platter, long directory) {
        this.platter = platter;
        this.directory = directory;
    }

    /** A name that the platter holds. */
    void loaded(String name, Node node) {
        current.put(name, node);
        durable.put(name, node.nameNumber());
    }

    Map<String, Node> current() {
        return current;
    }

    Change put(String name, Node node) {
        current.put(name, node);
        return change(new Change(this, name, node.nameNumber(), null));
    }

    /**
     * @param before the change that must be durable with this one: no rename loses a file
     */
    void remove(String name, Change before) {
        current.remove(name);
        change(new Change(this, name, null, before));
    }

    private Change change(Change change) {
        pending.add(change);
        return change;
    }

    /** Makes the names of this moment durable, not what is in them. */
    void force() throws IOException {
        for (Change change : List.copyOf(pending)) {
            apply(change);
        }
        platter.writeNames(directory, durable);
    }

    /** Some changes get to the platter in the kernel's own time. */
    void leak(Random random) throws IOException {
        for (Change change : List.copyOf(pending)) {
            boolean may = change.before == null || change.before.seen;
            if (may && !change.seen && random.nextBoolean()) {
                apply(change);
            }
        }
        platter.writeNames(directory, durable);
    }

    private void apply(Change change) throws IOException {
        if (change.seen) {
            return;
        }
        // What was done to that name before is overtaken.
        for (Change each : List.copyOf(pending)) {
            if (each.name.equals(change.name)) {
                each.seen = true;
                pending.remove(each);
                if (each.before != null && !each.before.seen) {
                    each.before.owner.bring(each.before);
                }
                if (each == change) {
                    break;
                }
            }
        }
        if (change.inode == null) {
            durable.remove(change.name);
        } else {
            durable.put(change.name, change.inode);
        }
    }

    private void bring(Change change) throws IOException {
        apply(change);
        platter.writeNames(directory, durable);
    }
}
