package io.armature.itest.system;

/**
 * What {@code report enqueue} prints for a stored record: {@code OK <priority> <generation guid>
 * <generation id> <sequencing id>}.
 */
record Receipt(String priority, String guid, long generation, long id) {

    static Receipt of(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 5 || !words[0].equals("OK")) {
            throw new IllegalArgumentException("not a receipt: " + line);
        }
        String guid = words[2].equals("-") ? "" : words[2];
        return new Receipt(words[1], guid, Long.parseLong(words[3]), Long.parseLong(words[4]));
    }
}
