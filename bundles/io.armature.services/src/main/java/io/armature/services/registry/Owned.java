package io.armature.services.registry;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A registration, or an attempt at one, which runs in the registry's turn. Any thread. */
final class Owned implements Registration, Runnable {
    private final ServiceRegistry registry;
    final Identity owner;
    final String name;
    private final ServiceProvider provider;
    final Turn requests;
    final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    volatile boolean released;

    Owned(
            ServiceRegistry registry,
            Identity owner,
            String name,
            ServiceProvider provider,
            FailureLog failures) {
        this.registry = registry;
        this.owner = owner;
        this.name = name;
        this.provider = provider;
        this.requests = new Turn(failures);
    }

    @Override
    public void run() {
        registry.bind(this);
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return closed.minimalCompletionStage();
    }

    @Override
    public void close() {
        registry.close(this);
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
