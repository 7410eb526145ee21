package io.armature.reporting.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.proto.Priority;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueKindTest {

    @ParameterizedTest
    @CsvSource({
        "SECURITY,            Security,     P_Security,     PT0S,  PT3S",
        "IMMEDIATE,           Immediate,    P_Immediate,    PT0S,  PT3S",
        "FAST_BATCH,          FastBatch,    P_FastBatch,    PT2S,  PT0S",
        "SLOW_BATCH,          SlowBatch,    P_SlowBatch,    PT40S, PT0S",
        "BACKGROUND_BATCH,    Background,   P_Background,   PT2M,  PT0S",
        "MANUAL_BATCH,        Manual,       P_Manual,       ,      PT3S",
        "MANUAL_BATCH_LACROS, ManualLacros, P_ManualLacros, ,      PT3S"
    })
    void directoriesPrefixesPeriodsAndDelaysAreThoseOfTheSpecification(
            Priority priority, String directory, String prefix, Duration period, Duration retry) {
        QueueKind kind = QueueKind.of(priority).orElseThrow();
        assertThat(kind.directory()).isEqualTo(directory);
        assertThat(kind.prefix()).isEqualTo(prefix);
        assertThat(kind.period().orElse(null)).isEqualTo(period);
        assertThat(kind.retry()).isEqualTo(retry);
    }

    @Test
    void everyPriorityButUndefinedHasItsQueueMostImportantFirst() {
        List<Priority> order = Arrays.stream(QueueKind.values()).map(QueueKind::priority).toList();
        assertThat(order)
                .containsExactly(
                        Priority.SECURITY,
                        Priority.IMMEDIATE,
                        Priority.FAST_BATCH,
                        Priority.SLOW_BATCH,
                        Priority.BACKGROUND_BATCH,
                        Priority.MANUAL_BATCH,
                        Priority.MANUAL_BATCH_LACROS);
        assertThat(QueueKind.of(Priority.UNDEFINED_PRIORITY)).isEmpty();
    }

    @Test
    void directoriesAreToldApartAlsoWhereOneNameBeginsLikeAnother() {
        String guid = "0c6f0d57-7cb1-4f3c-8f57-6a3f5d4c0b1a";
        assertThat(QueueKind.ofDirectory("Manual." + guid)).contains(QueueKind.MANUAL_BATCH);
        assertThat(QueueKind.ofDirectory("ManualLacros." + guid))
                .contains(QueueKind.MANUAL_BATCH_LACROS);
        assertThat(QueueKind.ofDirectory("ManualOther")).isEmpty();
        assertThat(QueueKind.ofDirectory("manual")).isEmpty();
    }
}
