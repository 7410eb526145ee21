package io.armature.services;

import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Callers;
import io.armature.services.registry.LocalPipe;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies come into force whole or not at all. */
class PolicyStandTest extends FaultSourceContract {

    private static final Identity OWNER = Callers.bundle("fan.owner");
    private static final Identity REQUESTER = Callers.bundle("fan.dash");

    @TempDir Path directory;

    private PolicyStand stand() {
        return new PolicyStand(List.of(directory), () -> name -> OptionalLong.empty());
    }

    private static ServiceRegistry registry(PolicyStand stand) {
        return new ServiceRegistry(
                new HandClock(), Runnable::run, Mode.ENFORCING, stand.inForce().policies());
    }

    @Override
    protected FaultSource healthy() throws IOException {
        write("fan", rules("fan.owner", "fan.dash"));
        return stand()::faults;
    }

    @Override
    protected FaultSource degraded() throws IOException {
        write("fan", "[{]");
        return stand()::faults;
    }

    @Test
    void badFileAndConflictAreFaultsWithTheirPlace() throws IOException {
        write("a", rules("fan.owner", "fan.dash"));
        write("b", rules("other.owner", "fan.dash"));
        write("c", "nonsense");
        List<Fault> faults = stand().faults();
        assertThat(faults).extracting(Fault::source).containsOnly("services");
        assertThat(faults)
                .extracting(Fault::subject)
                .satisfiesExactly(
                        place -> assertThat(place).contains("/b:"),
                        place -> assertThat(place).contains("/c:1:"));
    }

    @Test
    void ofTwoReloadsAtOnceTheSecondIsRefused() throws Exception {
        write("fan", rules("fan.owner", "fan.dash"));
        PolicyStand stand = stand();
        ServiceRegistry registry = registry(stand);
        write("fan", rules("fan.second", "fan.dash"));
        Reload early = get(stand.prepare(registry, policies -> List.of()));
        write("fan", rules("fan.third", "fan.dash"));
        Reload late = get(stand.prepare(registry, policies -> List.of()));
        List<Reload> within = new ArrayList<>();
        stand.onChange((before, now) -> within.add(early));
        assertThat(get(stand.putInForce(late, registry)).done()).isTrue();
        assertThat(get(stand.putInForce(early, registry)).done()).isFalse();
        assertThat(stand.inForce()).isSameAs(late.next());
        assertThat(registry.policies()).isSameAs(late.next().policies());
        assertThat(within).hasSize(1);
        Reload again = get(stand.prepare(registry, policies -> List.of()));
        assertThat(get(stand.putInForce(again, registry)).done()).isTrue();
    }

    @Test
    void reloadPutsGoodFilesInForceAndTellsWhatEnds() throws Exception {
        write("fan", rules("fan.owner", "fan.dash"));
        PolicyStand stand = stand();
        ServiceRegistry registry = registry(stand);
        List<Policies> told = new ArrayList<>();
        stand.onChange((before, after) -> told.addAll(List.of(before, after)));
        Registration registration = registry.register(OWNER, "Fan", (client, pipe) -> {});
        write("fan", rules("next.owner", "fan.dash"));

        Reload prepared =
                get(
                        stand.prepare(
                                registry, next -> List.of("services=" + next.services().keySet())));
        assertThat(prepared.done()).isFalse();
        assertThat(prepared.ending())
                .containsExactly("bundle fan.owner would no longer own Fan", "services=[Fan]");
        assertThat(registration.closed().toCompletableFuture()).isNotDone();

        Reload done = get(stand.putInForce(prepared, registry));
        assertThat(done.done()).isTrue();
        assertThat(get(registration.closed()).code()).isEqualTo(3);
        assertThat(told).hasSize(2).endsWith(registry.policies());
        assertThat(registry.policies().of("Fan").flatMap(p -> p.owns(Callers.bundle("next.owner"))))
                .isPresent();
    }

    @Test
    void reloadWithABadFileOrANewConflictChangesNothing() throws Exception {
        write("fan", rules("fan.owner", "fan.dash"));
        PolicyStand stand = stand();
        ServiceRegistry registry = registry(stand);
        LocalPipe waiting = pipe();
        registry.request(REQUESTER, "Fan", Optional.empty(), waiting.far());
        Policies before = registry.policies();
        for (String bad : List.of("[{\"bundle\": 7}]", rules("other.owner", "fan.dash"))) {
            write("fan2", bad);
            write("lamp", rules("lamp.owner", "fan.dash").replace("Fan", "Lamp"));
            Reload refused = get(stand.prepare(registry, next -> List.of()));
            assertThat(refused.obstacles()).hasSize(1);
            assertThat(get(stand.putInForce(refused, registry)).done()).isFalse();
            assertThat(registry.policies()).isSameAs(before);
            assertThat(stand.faults()).isEmpty();
        }
        assertThat(waiting.near().closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void settingThatIsIgnoredIsAFault() {
        PolicyStand stand = stand();
        stand.fault("setting permissive", "is ignored");
        assertThat(stand.faults())
                .containsExactly(new Fault("services", "setting permissive", "is ignored"));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private static String rules(String owner, String requester) {
        return "[{\"bundle\": \""
                + owner
                + "\", \"own\": [\"Fan\"]}, // comment\n {\"bundle\": \""
                + requester
                + "\", \"request\": [\"Fan\"]},]";
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().get();
    }
}
