package io.armature.services.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceState;
import io.armature.services.proto.QueryReply;
import io.armature.services.wire.FrameException;
import java.util.Optional;

/** Messages of the wire as values of the api. */
final class Wire {

    private Wire() {}

    static Identity identity(io.armature.services.proto.Identity told) throws FrameException {
        try {
            return new Identity(
                    told.hasBundle() ? Optional.of(told.getBundle()) : Optional.empty(),
                    told.hasSecurityContext()
                            ? Optional.of(told.getSecurityContext()).filter(s -> !s.isEmpty())
                            : Optional.empty(),
                    Integer.toUnsignedLong(told.getUid()),
                    Integer.toUnsignedLong(told.getGid()),
                    told.getPid(),
                    told.hasUsername() ? Optional.of(told.getUsername()) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new FrameException("an identity is wrong: " + e.getMessage());
        }
    }

    static ServiceEvent event(byte[] message) throws FrameException {
        io.armature.services.proto.ServiceEvent told =
                parse(() -> io.armature.services.proto.ServiceEvent.parseFrom(message));
        return new ServiceEvent(
                ServiceEvent.Type.of(told.getType()),
                told.getServiceName(),
                identity(told.getDispatcher()));
    }

    static ServiceState state(QueryReply reply) throws FrameException, ServiceException {
        return switch (reply.getResultCase()) {
            case REGISTERED ->
                    new ServiceState.Registered(identity(reply.getRegistered().getOwner()));
            case UNREGISTERED -> new ServiceState.Unregistered();
            case ERROR ->
                    throw new ServiceException(
                            ErrorCode.of(Integer.toUnsignedLong(reply.getError().getCode()))
                                    .orElse(ErrorCode.UNKNOWN),
                            reply.getError().getMessage());
            case RESULT_NOT_SET ->
                    throw new ServiceException(
                            ErrorCode.UNKNOWN, "an answer that this version does not know");
        };
    }

    /** Reads a message of protobuf's. */
    interface Parser<T> {
        T parse() throws InvalidProtocolBufferException;
    }

    static <T> T parse(Parser<T> parser) throws FrameException {
        try {
            return parser.parse();
        } catch (InvalidProtocolBufferException e) {
            throw new FrameException("no message: " + e.getMessage());
        }
    }

    /** A reason as the wire carries it; a text that is too long is cut. */
    static CloseReason reason(long code, String text) {
        return code == 0 && text.isEmpty() ? CloseReason.NONE : new CloseReason(code, text);
    }
}
