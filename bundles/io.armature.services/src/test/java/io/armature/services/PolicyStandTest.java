package io.armature.services;

import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.policy.Loaded;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Users;
import io.armature.services.registry.Callers;
import io.armature.services.registry.LocalPipe;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.sticky.Refusals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies come into force whole or not at all. */
class PolicyStandTest extends FaultSourceContract {

    private static final Identity OWNER = Callers.bundle("fan.owner");
    private static final Identity REQUESTER = Callers.bundle("fan.dash");

    @TempDir Path directory;

    private PolicyStand stand() {
        Users nobody = name -> OptionalLong.empty();
        return new PolicyStand(List.of(directory), nobody, () -> nobody);
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

    private static final String FAR = "[{\"user\": \"far\", \"own\": [\"Fan\"]}]";

    @Test
    void aUserOfADirectoryServiceHoldsUpNobody() throws Exception {
        write("fan", FAR);
        write("lamp", rules("lamp.owner", "fan.dash").replace("Fan", "Lamp"));
        CountDownLatch answers = new CountDownLatch(1);
        Users slow =
                name -> {
                    try {
                        assertThat(answers.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return name.equals("far") ? OptionalLong.of(70_000) : OptionalLong.empty();
                };
        PolicyStand stand =
                new PolicyStand(List.of(directory), name -> OptionalLong.empty(), () -> slow);
        assertThat(stand.incomplete()).isTrue();
        assertThat(stand.inForce().policies().services()).containsOnlyKeys("Lamp");
        assertThat(stand.faults())
                .extracting(Fault::reason)
                .containsExactly(
                        "cannot look up user \"far\": it is not in /etc/passwd, others are being"
                                + " asked");
        ServiceRegistry registry = registry(stand);
        CountDownLatch complete = new CountDownLatch(1);
        stand.onChange((before, now) -> complete.countDown());
        stand.completeLater(registry);
        answers.countDown();
        assertThat(complete.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(registry.policies().services()).containsOnlyKeys("Fan", "Lamp");
        assertThat(stand.faults()).isEmpty();
    }

    @Test
    void aUserWhomNobodyKnowsKeepsItsFileOut() throws Exception {
        write("fan", FAR);
        PolicyStand stand = stand();
        stand.complete();
        assertThat(stand.incomplete()).isFalse();
        assertThat(stand.inForce().policies().services()).isEmpty();
        assertThat(stand.faults())
                .extracting(Fault::reason)
                .containsExactly("unknown user \"far\"");
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
    void aReloadThatFailsKeepsNoLaterOneOut() throws Exception {
        write("fan", rules("fan.owner", "fan.dash"));
        PolicyStand stand = stand();
        ServiceRegistry registry = registry(stand);
        Loaded inForce = stand.inForce();
        Reload broken =
                new Reload(new Loaded(null, List.of()), List.of(), List.of(), false, inForce);
        assertThat(stand.putInForce(broken, registry).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(stand.inForce()).isSameAs(inForce);
        Reload good = get(stand.prepare(registry, policies -> List.of()));
        assertThat(get(stand.putInForce(good, registry)).done()).isTrue();
    }

    @Test
    void nothingComesIntoForceOnceItHasStopped() throws Exception {
        write("fan", rules("fan.owner", "fan.dash"));
        PolicyStand stand = stand();
        ServiceRegistry registry = registry(stand);
        Reload prepared = get(stand.prepare(registry, policies -> List.of()));
        stand.stop();
        assertThat(get(stand.putInForce(prepared, registry)).done()).isFalse();
    }

    /** The grant may stand in a file that waits for its users: calls are held, not refused. */
    @Test
    void nobodyIsRefusedUntilAllUsersWereAskedFor() throws Exception {
        write("fan", FAR);
        PolicyStand stand = stand();
        ServiceRegistry registry = registry(stand);
        Refusals refusals = stand.refusals(service -> Optional.of("policy refuses it"));
        assertThat(refusals.refusal(null)).isEmpty();
        CompletableFuture<Optional<String>> told = new CompletableFuture<>();
        stand.onChange((before, now) -> told.complete(refusals.refusal(null)));
        stand.completeLater(registry);
        assertThat(told.get(20, TimeUnit.SECONDS)).contains("policy refuses it");
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
