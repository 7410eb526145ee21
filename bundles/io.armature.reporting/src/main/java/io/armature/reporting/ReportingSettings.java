package io.armature.reporting;

import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.upload.UploadSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.LoggerFactory;

/** Settings of the spool; a change closes and opens it again. */
@ObjectClassDefinition(id = "io.armature.reporting", name = "Reporting spool")
@interface ReportingSettings {

    @AttributeDefinition(
            description = "Disk space of all queues together, bytes",
            min = "1048576",
            max = "1099511627776")
    long disk_pool_bytes() default 64L << 20;

    @AttributeDefinition(
            description = "Memory for records on their way to disk and for batches, bytes",
            min = "4194304",
            max = "1073741824")
    long memory_pool_bytes() default 4L << 20;

    @AttributeDefinition(
            description = "Records that wait for memory or a key, bytes; more are refused",
            min = "65536",
            max = "1073741824")
    long waiting_bytes() default 8L << 20;

    @AttributeDefinition(
            description = "Length of a full-grown segment file, bytes",
            min = "65536",
            max = "67108864")
    int segment_bytes() default 2 << 20;

    @AttributeDefinition(
            description = "Length of a queue's first segment file, bytes; each next one doubles",
            min = "16384",
            max = "67108864")
    int first_segment_bytes() default 256 << 10;

    @AttributeDefinition(
            description = "Files kept in lost+found, bytes",
            min = "0",
            max = "1099511627776")
    long lost_and_found_bytes() default 16L << 20;

    @AttributeDefinition(
            description = "Read passes, confirmations and openings at a time",
            min = "1",
            max = "64")
    int jobs() default 5;

    @AttributeDefinition(
            description = "How long a record waits for an encryption key, ms",
            min = "0",
            max = "86400000")
    long key_wait_ms() default 60_000;

    @AttributeDefinition(
            description = "Records of one batch, bytes, unless one record is larger",
            min = "1024",
            max = "104857600")
    long batch_bytes() default 10L << 20;

    @AttributeDefinition(
            description = "Unreadable ids reported in one batch",
            min = "1",
            max = "100000")
    int batch_gaps() default 1000;

    @AttributeDefinition(
            description = "After this an upload without reply counts as failed, ms",
            min = "100",
            max = "3600000")
    long reply_wait_ms() default 30_000;

    @AttributeDefinition(
            description = "How long ids that the uploader said it holds are not offered, ms",
            min = "0",
            max = "3600000")
    long cached_wait_ms() default 10_000;

    @AttributeDefinition(
            description = "Between requests for a key while there is none, ms",
            min = "100",
            max = "3600000")
    long key_retry_ms() default 5_000;

    @AttributeDefinition(
            description = "Between looks at the key's age, ms",
            min = "1000",
            max = "604800000")
    long key_check_ms() default 28_800_000;

    @AttributeDefinition(
            description = "Age of a key that is asked for again, ms",
            min = "1000",
            max = "31536000000")
    long key_age_ms() default 259_200_000;

    @AttributeDefinition(
            description = "Key agreements computed ahead in idle time",
            min = "0",
            max = "65536")
    int agreements() default 4096;

    @AttributeDefinition(description = "Compress records of 512 bytes and more")
    boolean compression_enabled() default true;

    @AttributeDefinition(description = "Encrypt records; off stores them readable")
    boolean encryption_enabled() default true;

    @AttributeDefinition(description = "Priorities, separated by commas, with one queue for ever")
    String legacy_storage_enabled() default "";

    @AttributeDefinition(description = "Refuse records to destinations that the server blocks")
    boolean blocking_destinations_enabled() default false;

    /** Turns the annotation into checked values. */
    final class Checked {

        private Checked() {}

        static SpoolSettings of(ReportingSettings settings) {
            return new SpoolSettings(
                    settings.disk_pool_bytes(),
                    settings.memory_pool_bytes(),
                    settings.waiting_bytes(),
                    settings.segment_bytes(),
                    Math.min(settings.first_segment_bytes(), settings.segment_bytes()),
                    settings.lost_and_found_bytes(),
                    settings.jobs(),
                    Duration.ofMillis(settings.key_wait_ms()),
                    kinds(settings.legacy_storage_enabled()),
                    settings.blocking_destinations_enabled(),
                    new UploadSettings(
                            settings.batch_bytes(),
                            settings.batch_gaps(),
                            Duration.ofMillis(settings.reply_wait_ms()),
                            Duration.ofMillis(settings.cached_wait_ms()),
                            Duration.ofMillis(settings.key_retry_ms()),
                            Duration.ofMillis(settings.key_check_ms()),
                            Duration.ofMillis(settings.key_age_ms())));
        }

        private static Set<QueueKind> kinds(String names) {
            Set<QueueKind> kinds = EnumSet.noneOf(QueueKind.class);
            for (String name : names.split(",")) {
                String wanted = name.strip();
                if (!wanted.isEmpty()) {
                    Stream.of(QueueKind.values())
                            .filter(kind -> kind.name().equals(wanted))
                            .findFirst()
                            .ifPresentOrElse(
                                    kinds::add,
                                    () ->
                                            LoggerFactory.getLogger(Checked.class)
                                                    .warn(
                                                            "no such priority"
                                                                    + " legacy_storage_enabled={}",
                                                            wanted));
                }
            }
            return kinds;
        }
    }
}
