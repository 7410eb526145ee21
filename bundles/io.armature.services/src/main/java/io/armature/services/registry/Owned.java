package io.armature.services.registry;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A registration, or an attempt at one. Any thread. */
final class Owned implements Registration {
    final Identity owner;
    final String name;
    private final ServiceProvider provider;
    private final Consumer<Owned> ending;
    final Turn requests;
    final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    volatile boolean released;

    Owned(
            Identity owner,
            String name,
            ServiceProvider provider,
            Consumer<Owned> ending,
            FailureLog failures) {
        this.owner = owner;
        this.name = name;
        this.provider = provider;
        this.ending = ending;
        this.requests = new Turn(failures);
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return closed.minimalCompletionStage();
    }

    @Override
    public void close() {
        ending.accept(this);
    }

    void take(Waiting request) {
        if (released) {
            // It went before it read this: to the requester, an owner that died.
            request.receiver.close(CloseReason.NONE);
            return;
        }
        try {
            provider.request(request.caller, request.receiver);
        } catch (RuntimeException | Error e) {
            request.receiver.close(
                    CloseReason.of(ErrorCode.UNKNOWN, "the owner of " + name + " failed"));
            throw e;
        }
    }
}
