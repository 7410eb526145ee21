package io.armature.reporting.upload;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.health.HealthEntries;
import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.queue.DiskPool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The way out of the spool: the uploader of the moment, if any. Thread-safe. */
public final class Outlet {

    private final DeviceClock clock;
    private final Executor jobs;
    private final DiskPool disk;
    private final HealthHistory health;
    private final EventRate rate;
    private volatile UploadSettings settings;
    private volatile Uploader uploader;
    private volatile boolean everConnected;
    private volatile boolean disabled;

    /**
     * @param health hears of every upload that ended
     * @param rate how fast records come
     */
    public Outlet(
            DeviceClock clock,
            Executor jobs,
            DiskPool disk,
            UploadSettings settings,
            HealthHistory health,
            EventRate rate) {
        this.clock = clock;
        this.jobs = jobs;
        this.disk = disk;
        this.settings = settings;
        this.health = health;
        this.rate = rate;
    }

    /** The uploader to use from now on, null for none. */
    public void uploader(Uploader current) {
        everConnected |= current != null;
        uploader = current;
    }

    public boolean connected() {
        return uploader != null;
    }

    /** Whether there was an uploader since the start of this instance. */
    boolean everConnected() {
        return everConnected;
    }

    /** Whether the server has switched reporting off; stays until the next start of the device. */
    public boolean disabled() {
        return disabled;
    }

    public void disable() {
        disabled = true;
    }

    DeviceClock clock() {
        return clock;
    }

    Executor jobs() {
        return jobs;
    }

    /** Other limits from now on. */
    public void settings(UploadSettings changed) {
        settings = changed;
    }

    UploadSettings settings() {
        return settings;
    }

    /** Asks for a key. */
    CompletionStage<UploadEncryptedRecordResponse> requestKey() {
        return send(request(List.of()).setNeedEncryptionKeys(true).build(), "KEY_DELIVERY");
    }

    /**
     * @param why the pass was started
     */
    CompletionStage<UploadEncryptedRecordResponse> upload(
            List<EncryptedRecord> records, Reason why) {
        return send(request(records).build(), why.name());
    }

    private UploadEncryptedRecordRequest.Builder request(List<EncryptedRecord> records) {
        UploadEncryptedRecordRequest.Builder request =
                UploadEncryptedRecordRequest.newBuilder()
                        .addAllEncryptedRecord(records)
                        .setRemainingStorageCapacity(disk.freeBytes());
        rate.perSecond().ifPresent(request::setNewEventsRate);
        if (health.enabled()) {
            request.setHealthData(health.known());
        }
        return request;
    }

    /** Completes on any thread, at the latest after the longest wait for a reply. */
    private CompletionStage<UploadEncryptedRecordResponse> send(
            UploadEncryptedRecordRequest request, String why) {
        CompletableFuture<UploadEncryptedRecordResponse> reply = new CompletableFuture<>();
        Uploader current = uploader;
        if (current == null || disabled) {
            reply.completeExceptionally(refusal());
            return reply;
        }
        try {
            current.upload(request)
                    .whenComplete(
                            (response, failure) -> {
                                if (failure != null) {
                                    reply.completeExceptionally(failure);
                                } else if (!reply.complete(response)) {
                                    // Late for the batch, but the server's word counts.
                                    heed(response);
                                }
                            });
        } catch (RuntimeException e) {
            reply.completeExceptionally(e);
        }
        if (!reply.isDone()) {
            DeviceClock.Timer limit =
                    clock.after(
                            settings.replyWait(),
                            jobs,
                            () ->
                                    reply.completeExceptionally(
                                            new ReportingException(
                                                    StatusCode.DEADLINE_EXCEEDED,
                                                    "No reply from the uploader")));
            reply.whenComplete((response, failure) -> limit.cancel());
        }
        return reply.whenComplete((response, failure) -> ended(request, why, response, failure))
                .thenApply(this::heed);
    }

    private void ended(
            UploadEncryptedRecordRequest request,
            String why,
            UploadEncryptedRecordResponse response,
            Throwable failure) {
        if (health.enabled()) {
            health.add(
                    HealthEntries.uploaded(
                            request.getEncryptedRecordList(),
                            why,
                            failure == null
                                    ? Optional.of(response.getStatus())
                                    : HealthEntries.status(failure)));
        }
    }

    /** What a caller gets while nothing can be sent. */
    ReportingException refusal() {
        return disabled
                ? new ReportingException(StatusCode.FAILED_PRECONDITION, "Reporting is disabled")
                : new ReportingException(
                        StatusCode.UNAVAILABLE,
                        "No uploader is there; records stay and go out when one appears");
    }

    private UploadEncryptedRecordResponse heed(UploadEncryptedRecordResponse response) {
        if (response.hasStatus() && response.getDisable()) {
            disable();
        }
        if (response.hasStatus() && response.hasHealthDataLoggingEnabled()) {
            health.enabled(response.getHealthDataLoggingEnabled());
        }
        return response;
    }
}
