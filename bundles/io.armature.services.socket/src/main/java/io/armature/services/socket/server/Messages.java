package io.armature.services.socket.server;

import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceState;
import io.armature.services.proto.Error;
import io.armature.services.proto.Identity;
import io.armature.services.proto.QueryReply;
import io.armature.services.proto.RegisteredState;
import io.armature.services.proto.ServiceEvent;
import io.armature.services.proto.ServiceRequest;
import io.armature.services.proto.ToClient;
import io.armature.services.proto.UnregisteredState;
import java.util.OptionalLong;

/** What the manager says, as messages. */
final class Messages {

    private Messages() {}

    static Identity identity(io.armature.services.api.Identity who) {
        Identity.Builder message =
                Identity.newBuilder()
                        .setPid(who.pid())
                        .setUid((int) who.uid())
                        .setGid((int) who.gid());
        who.user().ifPresent(message::setUsername);
        who.label().ifPresent(message::setSecurityContext);
        who.bundle().ifPresent(message::setBundle);
        return message.build();
    }

    static byte[] request(io.armature.services.api.Identity client, OptionalLong channel) {
        ServiceRequest.Builder message = ServiceRequest.newBuilder().setClient(identity(client));
        channel.ifPresent(message::setChannel);
        return message.build().toByteArray();
    }

    static byte[] event(io.armature.services.api.ServiceEvent event) {
        return ServiceEvent.newBuilder()
                .setType(event.type().number())
                .setServiceName(event.serviceName())
                .setDispatcher(identity(event.dispatcher()))
                .build()
                .toByteArray();
    }

    static byte[] reply(long id, ServiceState state) {
        QueryReply.Builder reply = QueryReply.newBuilder().setId(id);
        if (state instanceof ServiceState.Registered registered) {
            reply.setRegistered(
                    RegisteredState.newBuilder().setOwner(identity(registered.owner())));
        } else {
            reply.setUnregistered(UnregisteredState.getDefaultInstance());
        }
        return ToClient.newBuilder().setQueryReply(reply).build().toByteArray();
    }

    static byte[] refusal(long id, ServiceException why) {
        Error error =
                Error.newBuilder()
                        .setCode(why.code().number())
                        .setMessage(why.getMessage())
                        .build();
        return ToClient.newBuilder()
                .setQueryReply(QueryReply.newBuilder().setId(id).setError(error))
                .build()
                .toByteArray();
    }
}
