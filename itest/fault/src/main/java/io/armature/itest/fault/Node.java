package io.armature.itest.fault;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A file or directory as the page cache sees it. Guarded by the storage. */
final class Node {

    private static final long ROOT = 0;

    private final Platter platter;
    private final long number;
    private final Map<String, Node> children;
    private Pages pages;

    private Node(Platter platter, long number, Map<String, Node> children) {
        this.platter = platter;
        this.number = number;
        this.children = children;
    }

    static Node file(Platter platter) {
        return new Node(platter, platter.newNumber(), null);
    }

    static Node directory(Platter platter) {
        return new Node(platter, platter.newNumber(), new TreeMap<>());
    }

    /** The tree that the platter holds; an inode with two durable names is one node. */
    static Node loadRoot(Platter platter) throws IOException {
        Map<Long, Node> files = new HashMap<>();
        Node root = load(platter, ROOT, files);
        platter.keepOnly(files.keySet());
        return root;
    }

    private static Node load(Platter platter, long number, Map<Long, Node> files)
            throws IOException {
        Node directory = new Node(platter, number, new TreeMap<>());
        if (!platter.hasDirectory(number)) {
            return directory;
        }
        for (Map.Entry<String, Long> entry : platter.readNames(number).entrySet()) {
            long child = entry.getValue();
            Node node =
                    child < 0
                            ? load(platter, -child, files)
                            : files.computeIfAbsent(child, n -> new Node(platter, n, null));
            directory.children.put(entry.getKey(), node);
        }
        return directory;
    }

    long number() {
        return number;
    }

    boolean isDirectory() {
        return children != null;
    }

    Map<String, Node> children() {
        return children;
    }

    Pages content() throws IOException {
        if (pages == null) {
            pages = Pages.load(platter.content(number));
        }
        return pages;
    }

    /** Makes the names of this moment durable, not what is in them. */
    void forceDirectory() throws IOException {
        Map<String, Long> names = new TreeMap<>();
        children.forEach((name, n) -> names.put(name, n.isDirectory() ? -n.number : n.number));
        platter.writeNames(number, names);
    }
}
