package io.armature.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Holds short runs to budgets that compare with a peer of the same run, so that a slow or busy
 * machine meets both. What is missed is measured again, and the medians of all runs count: only
 * what is slow for good fails.
 */
final class Held {

    private static final int TRIES = 3;

    private Held() {}

    /** Takes samples and adds them to those before. */
    interface Measuring {
        void measure() throws IOException;
    }

    static void hold(Measuring measuring, Consumer<Budgets> wanted) throws IOException {
        Budgets budgets = new Budgets();
        for (int i = 0; i < TRIES && (i == 0 || !budgets.missed().isEmpty()); i++) {
            measuring.measure();
            budgets = new Budgets();
            wanted.accept(budgets);
        }
        assertThat(budgets.missed()).as(table(budgets)).isEmpty();
        System.out.println(table(budgets));
    }

    private static String table(Budgets budgets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        budgets.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
