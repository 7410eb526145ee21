package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The loops accept what the patterns that they stand for accept, and nothing else. */
class NamesTest {

    private static final String LETTERS = "avmzAZ09_-.:, \n\u00e4\uff10";
    private static final int TEXTS = 20_000;
    private static final int LONGEST = 6;

    private static void agrees(Predicate<String> loop, String pattern) {
        Pattern whole = Pattern.compile(pattern);
        Random random = new Random(7);
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder(i % 3 == 0 ? "vm:" : "");
            for (int left = random.nextInt(LONGEST); left > 0; left--) {
                text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            assertThat(loop.test(text.toString()))
                    .as("'%s'", text)
                    .isEqualTo(whole.matcher(text).matches());
        }
    }

    @Test
    void servicesAreLettersAndDigits() {
        agrees(Names::isService, "[A-Za-z0-9]+");
    }

    @Test
    void labelsAreSmallLettersDigitsLinesAndColons() {
        agrees(Names::isLabel, Names.LABEL);
    }

    @Test
    void guestsAreLabelsWithOneColon() {
        agrees(Names::isGuest, Names.GUEST);
    }

    @Test
    void bundlesAreSymbolicNames() {
        agrees(Names::isBundle, "[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    }
}
