package io.armature.services.registry;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Identities and policies of tests. */
public final class Callers {

    private Callers() {}

    /** A process of a user, without label. */
    public static Identity user(long uid) {
        return new Identity(Optional.empty(), Optional.empty(), uid, uid, 7, Optional.empty());
    }

    /** A process with a label, of a user that no policy names. */
    public static Identity label(String label) {
        return new Identity(Optional.empty(), Optional.of(label), 99, 99, 7, Optional.empty());
    }

    /** A bundle. */
    public static Identity bundle(String name) {
        return new Identity(Optional.of(name), Optional.empty(), 0, 0, 1, Optional.of("root"));
    }

    /** The subject that an identity made here is known by. */
    public static Subject subject(Identity who) {
        if (who.bundle().isPresent()) {
            return new Subject.Bundle(who.bundle().get());
        }
        return who.label().isPresent()
                ? new Subject.Label(who.label().get())
                : new Subject.User(who.uid(), "u" + who.uid());
    }

    /** One service. */
    public static Policies policy(String name, Identity owner, Identity... requesters) {
        List<Rule> rules =
                Stream.of(requesters).map(who -> new Rule(subject(who), "test", 1)).toList();
        Optional<Rule> owns =
                Optional.ofNullable(owner).map(who -> new Rule(subject(who), "test", 1));
        return new Policies(Map.of(name, new ServicePolicy(owns, rules)));
    }

    /** A pipe between nobody yet. */
    public static LocalPipe pipe() {
        return new LocalPipe(new FailureLog(new HandClock()));
    }
}
