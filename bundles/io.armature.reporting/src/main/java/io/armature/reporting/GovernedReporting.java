package io.armature.reporting;

import io.armature.boot.api.Milestone;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;

/** The spool under the name that policy governs; what anybody may see of it is apart from this. */
@Component(property = "armature.service=Reporting")
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class GovernedReporting implements Reporting {

    private final Reporting spool;

    /** The spool's. */
    @Activate
    public GovernedReporting(@Reference SpoolComponent spool) {
        this.spool = spool.records();
    }

    @Override
    public CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request) {
        return spool.enqueue(request);
    }

    @Override
    public CompletionStage<Void> flush(Priority priority) {
        return spool.flush(priority);
    }

    @Override
    public CompletionStage<Void> confirm(ConfirmRecordUploadRequest request) {
        return spool.confirm(request);
    }

    @Override
    public CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
        return spool.updateKey(key);
    }

    @Override
    public CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations blocked) {
        return spool.updateConfiguration(blocked);
    }

    @Override
    public CompletionStage<List<QueueState>> queues() {
        return spool.queues();
    }

    @Override
    public CompletionStage<ERPHealthData> health() {
        return spool.health();
    }

    @Override
    public CompletionStage<Void> recordHealth(boolean wanted) {
        return spool.recordHealth(wanted);
    }

    @Override
    public CompletionStage<List<Metric>> metrics() {
        return spool.metrics();
    }

    @Override
    public CompletionStage<Void> count(Observation what, Enum<?> sample, long times) {
        return spool.count(what, sample, times);
    }

    @Override
    public CompletionStage<Void> accepting() {
        return spool.accepting();
    }
}
