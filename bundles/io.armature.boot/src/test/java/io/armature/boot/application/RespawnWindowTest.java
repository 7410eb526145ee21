package io.armature.boot.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespawnWindowTest {

    /** S = starts again, - = given up. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0                        | S
                    0 0 0 0 0 0              | SSSSSS
                    0 0 0 0 0 0 0            | SSSSSS-
                    0 10 20 30 40 50 59      | SSSSSS-
                    0 10 20 30 40 50 60      | SSSSSS-
                    0 10 20 30 40 50 61      | SSSSSSS
                    0 10 20 30 40 50 61 62   | SSSSSSS-
                    0 1 2 3 4 5 66           | SSSSSSS
                    0 1 2 3 4 5 65           | SSSSSSS
                    0 1 2 3 4 5 60 61        | SSSSSS--
                    0 100 200 300 400 500 600| SSSSSSS
                    """)
    void sixEndsInSixtySecondsAreAnsweredTheSeventhIsNot(String ends, String expected) {
        RespawnWindow window = RespawnWindow.ofApplication();
        StringBuilder answers = new StringBuilder();
        for (String end : ends.split(" ")) {
            // what a new version of the supervisor reads goes on with the same count
            window = window.restored(window.text()).ended(Long.parseLong(end));
            answers.append(window.mayStart() ? 'S' : '-');
        }
        assertThat(answers).hasToString(expected);
    }
}
