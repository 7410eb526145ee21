package io.armature.reporting.mqtt;

import io.armature.reporting.proto.Priority;
import java.util.List;
import java.util.Optional;

/** The order of importance of queues: 0 goes first. */
final class Rank {

    private static final List<Priority> ORDER =
            List.of(
                    Priority.SECURITY,
                    Priority.IMMEDIATE,
                    Priority.FAST_BATCH,
                    Priority.SLOW_BATCH,
                    Priority.BACKGROUND_BATCH,
                    Priority.MANUAL_BATCH,
                    Priority.MANUAL_BATCH_LACROS);

    static final int COUNT = ORDER.size();

    private Rank() {}

    /** What belongs to no queue asks for a key, without which nothing goes. */
    static int of(Optional<QueueKey> queue) {
        if (queue.isEmpty()) {
            return 0;
        }
        int rank = ORDER.indexOf(Priority.forNumber(queue.get().priority()));
        return rank < 0 ? COUNT - 1 : rank;
    }

    /**
     * @param text a number for each rank with commas between them, 100 together
     * @throws IllegalArgumentException if it is something else
     */
    static int[] percents(String text) {
        String[] words = text.split(",", -1);
        int[] percents = new int[words.length];
        int sum = 0;
        for (int i = 0; i < words.length; i++) {
            String word = words[i].strip();
            percents[i] = word.matches("\\d{1,3}") ? Integer.parseInt(word) : COUNT * 1000;
            sum += percents[i];
        }
        if (words.length != COUNT || sum != 100) {
            throw new IllegalArgumentException(
                    "budget_shares must be "
                            + COUNT
                            + " percentages, 100 together, was '"
                            + text
                            + "'");
        }
        return percents;
    }

    static String name(int rank) {
        return ORDER.get(rank).name();
    }
}
