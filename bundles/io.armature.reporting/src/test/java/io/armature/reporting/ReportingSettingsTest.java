package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.seal.SealSettings;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportingSettingsTest {

    private static final SealSettings SEALED = new SealSettings(true, true, 4096);

    @Test
    void theDefaultsAreTheSpecificationsValues() {
        Map<String, Object> defaults = new HashMap<>();
        for (Method setting : ReportingSettings.class.getMethods()) {
            if (setting.getDeclaringClass() == ReportingSettings.class) {
                defaults.put(setting.getName(), setting.getDefaultValue());
            }
        }
        assertThat(defaults).containsEntry("jobs", 5).containsEntry("segment_bytes", 2 << 20);
        for (Map<String, Object> given : java.util.List.of(defaults, Map.<String, Object>of())) {
            assertThat(new GivenSettings(given).spool()).isEqualTo(SpoolSettings.standard());
            assertThat(new GivenSettings(given).seal()).isEqualTo(SEALED);
        }
    }

    @Test
    void badValuesCountAsTheSpecifications() {
        Map<String, Object> bad = new HashMap<>();
        for (Method setting : ReportingSettings.class.getMethods()) {
            bad.put(setting.getName(), "nonsense");
        }
        assertThat(new GivenSettings(bad).spool()).isEqualTo(SpoolSettings.standard());
        assertThat(new GivenSettings(bad).seal()).isEqualTo(SEALED);
        for (String interval : java.util.List.of("m", "-3m", "0m", "3", "3w", "3 m", "9999999h")) {
            assertThat(new GivenSettings(Map.of("enqueuing_record_tallier", interval)).spool())
                    .isEqualTo(SpoolSettings.standard());
        }
        bad.replaceAll((key, value) -> "");
        assertThat(new GivenSettings(bad).spool()).isEqualTo(SpoolSettings.standard());
        assertThat(new GivenSettings(bad).seal()).isEqualTo(SEALED);
        bad.replaceAll((key, value) -> -1);
        bad.put("jobs", 65);
        assertThat(new GivenSettings(bad).spool()).isEqualTo(SpoolSettings.standard());
    }

    @Test
    void namesAreThoseThatConfigurationAdminHas() {
        GivenSettings given =
                new GivenSettings(
                        Map.of("encryption.enabled", false, "disk.pool.bytes", 1_048_576L));
        assertThat(given.seal().encryption()).isFalse();
        assertThat(given.spool().diskPoolBytes()).isEqualTo(1_048_576);
    }

    @Test
    void goodValuesAreTakenInAnyCaseAndType() {
        GivenSettings given =
                new GivenSettings(
                        Map.of(
                                "compression_enabled", "False",
                                "encryption_enabled", false,
                                "controlled_degradation", " FALSE ",
                                "blocking_destinations_enabled", "tRue",
                                "legacy_storage_enabled", "SECURITY, nobody,,FAST_BATCH",
                                "signature_verification_dev_enabled", true,
                                "jobs", "7",
                                "enqueuing_record_tallier", "2h",
                                "batch_bytes", 2048));
        assertThat(given.seal()).isEqualTo(new SealSettings(false, false, 4096, true));
        SpoolFlags flags = given.spool().flags();
        assertThat(flags.controlledDegradation()).isFalse();
        assertThat(flags.blockDestinations()).isTrue();
        assertThat(flags.singleGeneration())
                .containsExactlyInAnyOrder(QueueKind.SECURITY, QueueKind.FAST_BATCH);
        assertThat(given.spool().rateInterval()).isEqualTo(Duration.ofHours(2));
        assertThat(given.spool().jobs()).isEqualTo(7);
        assertThat(given.spool().uploads().batchBytes()).isEqualTo(2048);
    }
}
