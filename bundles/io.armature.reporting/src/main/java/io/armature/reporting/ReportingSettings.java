package io.armature.reporting;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the spool, for metatype; {@link GivenSettings} reads them. */
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

    @AttributeDefinition(description = "Delete the least important records where space is short")
    boolean controlled_degradation() default true;

    @AttributeDefinition(
            description = "Accept keys that etc/armature/reporting/verification-key-dev has signed")
    boolean signature_verification_dev_enabled() default false;

    @AttributeDefinition(
            description = "Interval of the rate of records that the server is told: 90s, 3m, 1h")
    String enqueuing_record_tallier() default "3m";

    @AttributeDefinition(
            description = "After so long without a record its queue takes none any more, ms",
            min = "1000",
            max = "31536000000")
    long queue_idle_ms() default 432_000_000;
}
