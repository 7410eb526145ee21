package io.armature.reporting.dbus;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.ConfirmRecordUploadResponse;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.EnqueueRecordResponse;
import io.armature.reporting.proto.FlushPriorityRequest;
import io.armature.reporting.proto.FlushPriorityResponse;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UpdateConfigInMissiveRequest;
import io.armature.reporting.proto.UpdateConfigInMissiveResponse;
import io.armature.reporting.proto.UpdateEncryptionKeyRequest;
import io.armature.reporting.proto.UpdateEncryptionKeyResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One of the five methods.
 *
 * @param role who may call it
 * @param parser reads its request
 * @param destination the destination that the caller must be allowed to use, if any
 * @param run what it does
 * @param response what it answers; with the history of calls if that is recorded
 * @param history whether the answer has room for it
 */
record Operation<Q extends MessageLite>(
        String member,
        Role role,
        Parser<Q> parser,
        Function<Q, Optional<Destination>> destination,
        BiFunction<Reporting, Q, CompletionStage<?>> run,
        BiFunction<StatusProto, Optional<ERPHealthData>, MessageLite> response,
        boolean history) {

    /** The two roles of the bus policy. */
    enum Role {
        SENDER,
        UPLOADER
    }

    static final Operation<EnqueueRecordRequest> ENQUEUE =
            new Operation<>(
                    "EnqueueRecord",
                    Role.SENDER,
                    EnqueueRecordRequest.parser(),
                    request -> Optional.of(request.getRecord().getDestination()),
                    Reporting::enqueue,
                    (status, history) -> {
                        var reply = EnqueueRecordResponse.newBuilder().setStatus(status);
                        history.ifPresent(reply::setHealthData);
                        return reply.build();
                    },
                    true);

    private static final Operation<FlushPriorityRequest> FLUSH =
            new Operation<>(
                    "FlushPriority",
                    Role.SENDER,
                    FlushPriorityRequest.parser(),
                    request -> Optional.empty(),
                    Operation::flush,
                    (status, history) -> {
                        var reply = FlushPriorityResponse.newBuilder().setStatus(status);
                        history.ifPresent(reply::setHealthData);
                        return reply.build();
                    },
                    true);

    private static final Operation<ConfirmRecordUploadRequest> CONFIRM =
            new Operation<>(
                    "ConfirmRecordUpload",
                    Role.UPLOADER,
                    ConfirmRecordUploadRequest.parser(),
                    request -> Optional.empty(),
                    Reporting::confirm,
                    (status, history) -> {
                        var reply = ConfirmRecordUploadResponse.newBuilder().setStatus(status);
                        history.ifPresent(reply::setHealthData);
                        return reply.build();
                    },
                    true);

    private static final Operation<UpdateConfigInMissiveRequest> CONFIGURE =
            new Operation<>(
                    "UpdateConfigInMissive",
                    Role.UPLOADER,
                    UpdateConfigInMissiveRequest.parser(),
                    request -> Optional.empty(),
                    (spool, request) ->
                            request.hasListOfBlockedDestinations()
                                    ? spool.updateConfiguration(
                                            request.getListOfBlockedDestinations())
                                    : missing(spool, "ListOfBlockedDestinations"),
                    (status, history) ->
                            UpdateConfigInMissiveResponse.newBuilder().setStatus(status).build(),
                    false);

    private static final Operation<UpdateEncryptionKeyRequest> UPDATE_KEY =
            new Operation<>(
                    "UpdateEncryptionKey",
                    Role.UPLOADER,
                    UpdateEncryptionKeyRequest.parser(),
                    request -> Optional.empty(),
                    (spool, request) ->
                            request.hasSignedEncryptionInfo()
                                    ? spool.updateKey(request.getSignedEncryptionInfo())
                                    : missing(spool, "SignedEncryptionInfo"),
                    (status, history) ->
                            UpdateEncryptionKeyResponse.newBuilder().setStatus(status).build(),
                    false);

    private static final Map<String, Operation<?>> ALL =
            Stream.of(ENQUEUE, FLUSH, CONFIRM, CONFIGURE, UPDATE_KEY)
                    .collect(Collectors.toUnmodifiableMap(Operation::member, each -> each));

    /** The method of that name. */
    static Optional<Operation<?>> named(String member) {
        return Optional.ofNullable(ALL.get(member));
    }

    /** The methods' names, sorted. */
    static List<String> members() {
        return ALL.keySet().stream().sorted().toList();
    }

    /** A request that was understood. */
    record Request<Q extends MessageLite>(Operation<Q> operation, Q content) {

        Optional<Destination> destination() {
            return operation.destination.apply(content);
        }

        CompletionStage<?> run(Reporting spool) {
            return operation.run.apply(spool, content);
        }
    }

    Request<Q> read(ByteBuffer bytes) throws InvalidProtocolBufferException {
        return new Request<>(this, parser.parseFrom(bytes));
    }

    /** Everything is said in the reply's status, success too. */
    MessageLite answer(StatusCode code, String message, Optional<ERPHealthData> calls) {
        StatusProto.Builder status = StatusProto.newBuilder().setCode(code.number());
        if (code != StatusCode.OK) {
            status.setErrorMessage(message);
        }
        return response.apply(status.build(), calls);
    }

    private static CompletionStage<Void> flush(Reporting spool, FlushPriorityRequest request) {
        if (request.hasHealthDataLoggingEnabled()) {
            return spool.recordHealth(request.getHealthDataLoggingEnabled())
                    .thenCompose(done -> spool.flush(request.getPriority()));
        }
        return spool.flush(request.getPriority());
    }

    /** Where reporting is disabled that is said first. */
    private static CompletionStage<Void> missing(Reporting spool, String field) {
        return spool.accepting()
                .thenCompose(
                        accepting ->
                                CompletableFuture.failedFuture(
                                        new ReportingException(
                                                StatusCode.INVALID_ARGUMENT,
                                                "Request had no " + field)));
    }
}
