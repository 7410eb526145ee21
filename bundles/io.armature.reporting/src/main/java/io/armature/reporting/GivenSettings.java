package io.armature.reporting;

import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.upload.UploadSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Configuration Admin holds, checked: a value that is missing, empty or bad counts as the
 * specification's, so that no change of a setting can end the spool. Names and ranges are those of
 * {@link ReportingSettings}.
 */
final class GivenSettings {

    private static final Logger log = LoggerFactory.getLogger(GivenSettings.class);
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long YEAR = 365 * DAY;

    private final Map<String, ?> given;

    /**
     * @param given keys and values of the configuration
     */
    GivenSettings(Map<String, ?> given) {
        this.given = given;
    }

    SpoolSettings spool() {
        int segmentBytes = (int) number("segment_bytes", 2 << 20, 65_536, 64 << 20);
        long firstBytes = number("first_segment_bytes", 256 << 10, 16_384, 64 << 20);
        return new SpoolSettings(
                number("disk_pool_bytes", 64L << 20, 1 << 20, 1L << 40),
                number("memory_pool_bytes", 4L << 20, 4 << 20, 1 << 30),
                number("waiting_bytes", 8L << 20, 65_536, 1 << 30),
                segmentBytes,
                (int) Math.min(firstBytes, segmentBytes),
                number("lost_and_found_bytes", 16L << 20, 0, 1L << 40),
                (int) number("jobs", 5, 1, 64),
                millis("key_wait_ms", 60_000, 0, DAY),
                interval("enqueuing_record_tallier", Duration.ofMinutes(3)),
                millis("queue_idle_ms", 5 * DAY, 1_000, YEAR),
                flags(),
                uploads());
    }

    SealSettings seal() {
        return new SealSettings(
                flag("encryption_enabled", true),
                flag("compression_enabled", true),
                (int) number("agreements", 4096, 0, 65_536),
                flag("signature_verification_dev_enabled", false));
    }

    private SpoolFlags flags() {
        return new SpoolFlags(
                kinds("legacy_storage_enabled"),
                flag("blocking_destinations_enabled", false),
                flag("controlled_degradation", true));
    }

    private UploadSettings uploads() {
        return new UploadSettings(
                number("batch_bytes", 10L << 20, 1_024, 100 << 20),
                (int) number("batch_gaps", 1_000, 1, 100_000),
                millis("reply_wait_ms", 30_000, 100, HOUR),
                millis("cached_wait_ms", 10_000, 0, HOUR),
                millis("key_retry_ms", 5_000, 100, HOUR),
                millis("key_check_ms", 8 * HOUR, 1_000, 7 * DAY),
                millis("key_age_ms", 3 * DAY, 1_000, YEAR));
    }

    private Duration millis(String key, long standard, long min, long max) {
        return Duration.ofMillis(number(key, standard, min, max));
    }

    /** In Configuration Admin a dot stands where the settings' names have an underscore. */
    private Object value(String key) {
        Object value = given.get(key.replace('_', '.'));
        return value == null ? given.get(key) : value;
    }

    private long number(String key, long standard, long min, long max) {
        Object value = value(key);
        if (value == null) {
            return standard;
        }
        try {
            long number = value instanceof Number n ? n.longValue() : Long.parseLong(text(value));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            log.debug("not a number key={}", key, e);
        }
        return bad(key, value, standard);
    }

    /** A positive number and its unit, as the original's flags have it: {@code 3m}. */
    private Duration interval(String key, Duration standard) {
        Object value = value(key);
        String text = value == null ? "" : text(value);
        if (text.isEmpty()) {
            return standard;
        }
        long unit =
                switch (text.charAt(text.length() - 1)) {
                    case 's' -> 1;
                    case 'm' -> 60;
                    case 'h' -> 3_600;
                    case 'd' -> 86_400;
                    default -> 0;
                };
        try {
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            if (unit > 0 && number > 0 && number * unit <= YEAR / 1_000) {
                return Duration.ofSeconds(number * unit);
            }
        } catch (NumberFormatException e) {
            log.debug("no interval key={}", key, e);
        }
        return bad(key, value, standard);
    }

    private boolean flag(String key, boolean standard) {
        Object value = value(key);
        String text = value == null ? "" : text(value).toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            case "" -> standard;
            default -> bad(key, value, standard);
        };
    }

    private Set<QueueKind> kinds(String key) {
        Set<QueueKind> kinds = EnumSet.noneOf(QueueKind.class);
        Object value = value(key);
        if (value != null) {
            for (String name : text(value).split(",", -1)) {
                add(kinds, key, name.strip());
            }
        }
        return kinds;
    }

    private static void add(Set<QueueKind> kinds, String key, String name) {
        if (name.isEmpty()) {
            return;
        }
        for (QueueKind kind : QueueKind.values()) {
            if (kind.name().equals(name)) {
                kinds.add(kind);
                return;
            }
        }
        log.warn("no such priority {}={}", key, name);
    }

    private static String text(Object value) {
        return value.toString().strip();
    }

    private static <T> T bad(String key, Object value, T standard) {
        log.warn("bad setting {}=\"{}\" used={}", key, value, standard);
        return standard;
    }
}
