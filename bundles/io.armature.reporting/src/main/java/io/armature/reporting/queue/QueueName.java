package io.armature.reporting.queue;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which queue.
 *
 * @param guid lower-case UUID, empty for the queue of a priority in single-generation mode
 */
public record QueueName(QueueKind kind, String guid) {

    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    public QueueName {
        if (!guid.isEmpty() && !UUID.matcher(guid).matches()) {
            throw new IllegalArgumentException("guid must be a lower-case UUID, was " + guid);
        }
    }

    /** Empty if no queue has such a directory. */
    public static Optional<QueueName> ofDirectory(String directory) {
        return QueueKind.ofDirectory(directory)
                .flatMap(
                        kind -> {
                            String guid =
                                    directory.equals(kind.directory())
                                            ? ""
                                            : directory.substring(kind.directory().length() + 1);
                            boolean valid =
                                    directory.equals(kind.directory())
                                            || UUID.matcher(guid).matches();
                            return valid
                                    ? Optional.of(new QueueName(kind, guid))
                                    : Optional.empty();
                        });
    }

    /** The directory in the spool's root. */
    public String directory() {
        return guid.isEmpty() ? kind.directory() : kind.directory() + "." + guid;
    }

    /** For people: priority and guid. */
    @Override
    public String toString() {
        return guid.isEmpty() ? kind.name() : kind.name() + " " + guid;
    }
}
