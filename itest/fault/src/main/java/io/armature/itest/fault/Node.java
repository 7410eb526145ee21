package io.armature.itest.fault;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A file or directory as the page cache sees it. Guarded by the storage. */
final class Node {

    private static final long ROOT = 0;

    private final Platter platter;
    private final long number;
    private final Names names;
    private Pages pages;

    private Node(Platter platter, long number, Names names) {
        this.platter = platter;
        this.number = number;
        this.names = names;
    }

    static Node file(Platter platter) {
        return new Node(platter, platter.newNumber(), null);
    }

    static Node directory(Platter platter) {
        return directory(platter, platter.newNumber());
    }

    private static Node directory(Platter platter, long number) {
        return new Node(platter, number, new Names(platter, number));
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
        Node directory = directory(platter, number);
        if (!platter.hasDirectory(number)) {
            return directory;
        }
        for (Map.Entry<String, Long> entry : platter.readNames(number).entrySet()) {
            long child = entry.getValue();
            Node node =
                    child < 0
                            ? load(platter, -child, files)
                            : files.computeIfAbsent(child, n -> new Node(platter, n, null));
            directory.names.loaded(entry.getKey(), node);
        }
        return directory;
    }

    long number() {
        return number;
    }

    /** As the platter keeps it beside a name. */
    long nameNumber() {
        return isDirectory() ? -number : number;
    }

    boolean isDirectory() {
        return names != null;
    }

    /** Of a directory. */
    Names names() {
        return names;
    }

    /** Of a directory. */
    Map<String, Node> children() {
        return names.current();
    }

    /** Of a file. */
    Pages content() throws IOException {
        if (pages == null) {
            pages = Pages.load(platter.content(number));
        }
        return pages;
    }
}
