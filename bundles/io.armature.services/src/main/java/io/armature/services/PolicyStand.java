package io.armature.services;

import io.armature.platform.api.Fault;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.policy.Finding;
import io.armature.services.policy.GetentUsers;
import io.armature.services.policy.Loaded;
import io.armature.services.policy.PasswdUsers;
import io.armature.services.policy.Policies;
import io.armature.services.policy.PolicyLoader;
import io.armature.services.policy.Users;
import io.armature.services.policy.UsersAtHand;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.sticky.Refusals;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy files in force, what is wrong with them, and who wants to know of others. */
final class PolicyStand {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyStand.class);

    private final List<Path> directories;
    private final Supplier<Users> users;
    private final List<Fault> settings = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Policies, Policies>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean replacing = new AtomicBoolean();
    private volatile Loaded inForce;
    private volatile boolean incomplete;
    private volatile boolean stopped;

    /**
     * Reads the files without waiting for anybody.
     *
     * @param near users that are known at once
     * @param users those of the machine as they are at each later reading, which may take seconds
     */
    PolicyStand(List<Path> directories, Users near, Supplier<Users> users) {
        this.directories = directories;
        this.users = users;
        UsersAtHand atHand = new UsersAtHand(near);
        this.inForce = PolicyLoader.load(directories, atHand);
        this.incomplete = atHand.missed();
        if (!incomplete) {
            log(inForce);
        }
    }

    /** The users of this machine that stand in its file. */
    static Users near() {
        return new PasswdUsers(Path.of("/etc/passwd"));
    }

    /** The users of this machine. */
    static Supplier<Users> users() {
        return new AllUsers();
    }

    private static void log(Loaded loaded) {
        for (Finding finding : loaded.findings()) {
            LOG.warn("policy finding={}", finding);
        }
    }

    /** Whether files are left out because of users that were not at hand. */
    boolean incomplete() {
        return incomplete;
    }

    /** Asks for those users now, before anything is in force. */
    void complete() {
        inForce = load();
        incomplete = false;
        log(inForce);
    }

    /**
     * Has those users asked for by a thread of its own, and the files put in force then, unless
     * somebody else has done so meanwhile.
     */
    void completeLater(ServiceRegistry registry) {
        Loaded before = inForce;
        log(before);
        Thread thread = new Thread(() -> complete(before, registry), "services-users");
        thread.setDaemon(true);
        thread.start();
    }

    private void complete(Loaded before, ServiceRegistry registry) {
        Loaded next = load();
        if (stopped) {
            return;
        }
        log(next);
        putInForce(new Reload(next, List.of(), List.of(), false, before), registry)
                .exceptionally(
                        failure -> {
                            LOG.error("policies not complete", failure);
                            return null;
                        });
    }

    /**
     * Why policy refuses something. Nobody is refused while users are being asked for: the file
     * that grants it may be one of those left out.
     */
    Refusals refusals(Refusals decided) {
        return new OnceComplete(this, decided);
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private record OnceComplete(PolicyStand stand, Refusals decided) implements Refusals {
        @Override
        public Optional<String> refusal(ServiceReference<?> service) {
            return stand.incomplete ? Optional.empty() : decided.refusal(service);
        }
    }

    /** Nothing is put in force any more. */
    void stop() {
        stopped = true;
    }

    private Loaded load() {
        return PolicyLoader.load(directories, users.get());
    }

    Loaded inForce() {
        return inForce;
    }

    /** Adds a fault that lasts. */
    void fault(String subject, String reason) {
        LOG.warn("{} {}", subject, reason);
        settings.add(new Fault("services", subject, reason));
    }

    List<Fault> faults() {
        return Stream.concat(
                        settings.stream(),
                        inForce.findings().stream()
                                .filter(f -> f.severity() != Finding.Severity.WARNING)
                                .map(PolicyStand::fault))
                .toList();
    }

    private static Fault fault(Finding finding) {
        String place =
                finding.line() == 0
                        ? finding.file()
                        : finding.file() + ":" + finding.line() + ":" + finding.column();
        return new Fault("services", place, finding.reason());
    }

    Subscription onChange(BiConsumer<Policies, Policies> listener) {
        listeners.add(listener);
        return new Listening(listener);
    }

    // Classes, not lambdas: each boot makes these, and linking a lambda takes longer.
    private final class Listening implements Subscription {
        private final BiConsumer<Policies, Policies> listener;

        Listening(BiConsumer<Policies, Policies> listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            listeners.remove(listener);
        }
    }

    private static final class AllUsers implements Supplier<Users> {
        @Override
        public Users get() {
            return near().or(new GetentUsers());
        }
    }

    /**
     * @param uses which bundles would no longer use what under other policies, a sentence each
     */
    CompletionStage<Reload> prepare(
            ServiceRegistry registry, Function<Policies, List<String>> uses) {
        Loaded before = inForce;
        Loaded next = load();
        List<Finding> obstacles = next.obstacles(before);
        List<String> used = uses.apply(next.policies());
        return registry.ending(next.policies())
                .thenApply(
                        ending ->
                                new Reload(
                                        next,
                                        obstacles,
                                        Stream.concat(ending.stream(), used.stream()).toList(),
                                        false,
                                        before));
    }

    /** Whether nobody else has put other policies in force since, nor is about to. */
    private boolean begin(Reload prepared) {
        if (!replacing.compareAndSet(false, true)) {
            return false;
        }
        if (!stopped && inForce.equals(prepared.before())) {
            return true;
        }
        replacing.set(false);
        return false;
    }

    /** One at a time: what was prepared before another took effect is refused, and not done. */
    CompletionStage<Reload> putInForce(Reload prepared, ServiceRegistry registry) {
        if (!prepared.obstacles().isEmpty() || !begin(prepared)) {
            return CompletableFuture.completedFuture(prepared);
        }
        Loaded next = prepared.next();
        Policies before = registry.policies();
        return registry.replacePolicies(next.policies())
                .whenComplete(
                        (done, failure) -> {
                            if (failure == null) {
                                inForce = next;
                                incomplete = false; // it was read with every user at hand
                            }
                            replacing.set(false);
                        })
                .thenApply(
                        done -> {
                            LOG.info(
                                    "policies in force services={}",
                                    next.policies().services().size());
                            listeners.forEach(l -> l.accept(before, next.policies()));
                            return new Reload(
                                    next, List.of(), prepared.ending(), true, prepared.before());
                        });
    }
}
