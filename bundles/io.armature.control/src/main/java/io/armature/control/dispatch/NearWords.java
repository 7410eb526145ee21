package io.armature.control.dispatch;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Words that a typing error may have meant. */
final class NearWords {

    private static final int MAX_WORDS = 3;

    private NearWords() {}

    /** Those within two edits, or that begin alike; the nearest first. */
    static List<String> of(String word, Collection<String> words) {
        return words.stream()
                .filter(
                        other ->
                                distance(word, other) <= 2
                                        || !word.isEmpty() && other.startsWith(word))
                .sorted(Comparator.comparingInt(other -> distance(word, other)))
                .limit(MAX_WORDS)
                .toList();
    }

    /** The Levenshtein distance of the first 64 characters. */
    private static int distance(String left, String right) {
        int width = Math.min(64, right.length());
        int[] row = new int[width + 1];
        for (int j = 0; j <= width; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= Math.min(64, left.length()); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= width; j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[width];
    }
}
