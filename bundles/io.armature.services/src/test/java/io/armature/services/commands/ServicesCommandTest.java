package io.armature.services.commands;

import static io.armature.services.registry.Callers.pipe;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ConsoleSource;
import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.Services;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import picocli.CommandLine;

/** {@code armature services …} and the console's source on a device of policy files. */
class ServicesCommandTest {

    @TempDir Path root;

    private Path policies;
    private Services services;
    private Identity owner;
    private Identity requester;

    @BeforeEach
    void boot() throws IOException {
        policies = Files.createDirectories(root.resolve("etc/mojo/service_manager/policy"));
        write("FanControl.jsonc", "test.fan", "test.dashboard");
        services = new Services(context(), new HandClock(), new FolderPaths(root), false);
        owner = services.identity("test.fan");
        requester = services.identity("test.dashboard");
    }

    private void write(String file, String owner, String requester) throws IOException {
        Files.writeString(
                policies.resolve(file),
                "[ {\"bundle\": \""
                        + owner
                        + "\", \"own\": [\"FanControl\"]},\n  {\"bundle\": \""
                        + requester
                        + "\", \"request\": [\"FanControl\"]} ]\n");
    }

    @Test
    void listNamesOwnerFileWaitingAndHandedOver() {
        assertThat(call("list").printed())
                .isEqualTo(
                        "NAME        OWNER  WAITING  HANDED OVER  POLICY\n"
                                + "FanControl  -            0            0  "
                                + policies.resolve("FanControl.jsonc")
                                + ":1\n");
        request(requester);
        assertThat(call("list").printed()).contains("FanControl  -            1            0");
        register(owner);
        assertThat(call("list", "--json").printed())
                .startsWith("{\"name\":\"FanControl\",\"owner\":{\"text\":\"bundle test.fan\"")
                .contains("\"waiting_requests\":0,\"waiting\":[],\"handed_over\":1}");
    }

    @Test
    void queryTellsTheOwner() {
        assertThat(call("query", "FanControl").printed()).isEqualTo("FanControl: not registered\n");
        register(owner);
        assertThat(call("query", "FanControl").printed())
                .isEqualTo("FanControl: registered by bundle test.fan\n");
        assertThat(call("query", "FanControl", "--json").printed())
                .startsWith("{\"service\":\"FanControl\",\"registered\":true,\"owner\":{");
    }

    @Test
    void queryOfSomebodyElseIsWhatPolicyTellsThem() {
        assertThat(call("query", "FanControl", "--as", "test.dashboard").code()).isZero();
        Outcome refused = call("query", "FanControl", "--as", "test.fan");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.complained()).isEqualTo("no rule lets test.fan request it (code 3)");
        assertThat(call("query", "Unknown").complained())
                .isEqualTo("no policy file names Unknown (code 5)");
        Outcome json = call("query", "Unknown", "--json");
        assertThat(json.code()).isEqualTo(1);
        assertThat(json.printed()).contains("\"code\":5");
    }

    @Test
    void explainNamesRuleFileAndLine() {
        String place = policies.resolve("FanControl.jsonc") + ":2";
        assertThat(call("explain", "test.dashboard", "FanControl").printed())
                .contains("bundle test.dashboard (" + place + ") may request FanControl\n")
                .contains("no rule lets test.dashboard own FanControl\n");
        assertThat(call("explain", "test.dashboard", "FanControl", "--json").printed())
                .contains("\"may_own\":false,\"may_request\":true")
                .contains("\"request_rule\":{\"subject\":\"bundle test.dashboard\"")
                .contains("\"line\":2}");
    }

    @Test
    void checkPolicyPrintsFileLineColumnAndReason() throws IOException {
        assertThat(call("check-policy").printed()).isEqualTo("accepted, 1 service\n");
        assertThat(call("check-policy", "--json").printed()).isEqualTo("[]\n");
        write("Second.jsonc", "test.other", "test.third");
        Outcome conflict = call("check-policy");
        assertThat(conflict.code()).isEqualTo(1);
        assertThat(conflict.printed())
                .startsWith(policies.resolve("Second.jsonc") + ":1:")
                .contains("second owner bundle test.other of FanControl")
                .contains("FanControl.jsonc:1)");
        assertThat(call("check-policy", "--json").printed())
                .startsWith("[{\"file\":")
                .endsWith("}]\n")
                .contains("\"line\":1,\"column\":")
                .contains("\"severity\":\"conflict\"");
        Path empty = Files.createDirectories(root.resolve("empty"));
        assertThat(call("check-policy", empty.toString()).printed())
                .isEqualTo("accepted, 0 services\n");
        Outcome absent = call("check-policy", "no-such");
        assertThat(absent.code()).isEqualTo(1);
        assertThat(absent.printed()).endsWith("no-such: error: there is no such directory\n");
    }

    @Test
    void reloadTellsWhatEndsAndDryRunChangesNothing() throws IOException {
        Registration registration = register(owner);
        write("FanControl.jsonc", "test.newer", "test.dashboard");
        Outcome dry = call("reload", "--dry-run");
        assertThat(dry.printed())
                .isEqualTo(
                        "bundle test.fan would no longer own FanControl\n"
                                + "would be in force: 1 service\n");
        assertThat(registration.closed().toCompletableFuture()).isNotDone();
        assertThat(call("reload", "--json").printed())
                .isEqualTo(
                        "{\"done\":true,\"services\":1,"
                                + "\"ending\":[\"bundle test.fan would no longer own FanControl\"],"
                                + "\"obstacles\":[]}\n");
        assertThat(registration.closed().toCompletableFuture().join().code()).isEqualTo(3);
    }

    @Test
    void reloadOfARejectedFileChangesNothing() throws IOException {
        Registration registration = register(owner);
        Files.writeString(policies.resolve("FanControl.jsonc"), "[ {} ]");
        for (String words : List.of("reload", "reload --dry-run", "reload --json")) {
            Outcome refused = call(words.split(" "));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.complained())
                    .contains("policies stay as they are: 1 finding must be mended first");
        }
        assertThat(registration.closed().toCompletableFuture()).isNotDone();
        assertThat(call("explain", "test.fan", "FanControl").printed()).contains("may own");
    }

    @Test
    void observePrintsALineAnEvent() throws Exception {
        MemoryTerminal terminal = new MemoryTerminal("");
        CompletableFuture<Integer> ended =
                CompletableFuture.supplyAsync(() -> run(terminal, "observe", "--count", "2"));
        awaitObserver();
        register(owner).close();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(terminal.printed())
                .isEqualTo(
                        "registered FanControl by bundle test.fan\n"
                                + "unregistered FanControl by bundle test.fan\n");
    }

    @Test
    void observeEndsWithItsCaller() throws Exception {
        MemoryTerminal terminal = new MemoryTerminal("");
        CompletableFuture<Integer> ended =
                CompletableFuture.supplyAsync(() -> run(terminal, "observe", "--json"));
        awaitObserver();
        register(owner);
        terminal.awaitLines(1);
        assertThat(terminal.printed())
                .startsWith(
                        "{\"event\":\"registered\",\"service\":\"FanControl\",\"dispatcher\":{");
        terminal.go();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(observers()).isZero();
    }

    @Test
    void observeEndsWithTheManagerItObserves() throws Exception {
        ServicesCommand command = new ServicesCommand(services, new FolderPaths(root));
        MemoryTerminal terminal = new MemoryTerminal("");
        CompletableFuture<Integer> ended =
                CompletableFuture.supplyAsync(() -> run(command, terminal, "observe"));
        awaitObserver();
        command.stop();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(terminal.complained()).contains("is being replaced; start again");
        MemoryTerminal late = new MemoryTerminal("");
        assertThat(run(command, late, "observe")).as("too late").isEqualTo(1);
        assertThat(observers()).isZero();
    }

    /** Waits until the command observes. */
    private void awaitObserver() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (observers() == 0 && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
    }

    private int observers() {
        return services.registry().observers().toCompletableFuture().join();
    }

    @Test
    void consoleIsToldOfOwnersRequestersWaitingAndDenials() {
        ServicesSource source = new ServicesSource(services);
        List<String> told = new ArrayList<>();
        ConsoleSource.Subscription subscription = source.observe(() -> told.add(source.snapshot()));
        request(requester);
        assertThat(told).hasSize(1);
        assertThat(told.get(0))
                .startsWith("{\"permissive\":false,\"services\":[{\"name\":\"FanControl\",")
                .contains("\"owner_rule\":{\"subject\":\"bundle test.fan\"")
                .contains("\"requesters\":[{\"subject\":\"bundle test.dashboard\"")
                .contains("\"waiting\":[{\"caller\":\"bundle test.dashboard\",\"requests\":1}]")
                .endsWith("\"more_services\":0,\"denials\":[]}");
        request(owner);
        assertThat(told.get(1))
                .contains("\"caller\":\"bundle test.fan\",\"call\":\"request\"")
                .contains("\"service\":\"FanControl\",\"code\":3}]");
        subscription.close();
        request(owner);
        assertThat(told).hasSize(2);
    }

    @Test
    void hiddenLookUpsAreListedExplainedAndToldToTheConsole() {
        services.hidden().add("test.stranger", "FanControl");
        services.hidden().add("test.stranger", "FanControl");
        services.hidden().add("test.stranger", "Unknown");
        String last = services.hidden().list().get(0).last().truncatedTo(SECONDS).toString();
        assertThat(call("list").printed())
                .endsWith(
                        "hidden: FanControl from bundle test.stranger, 2 look-ups, last at "
                                + last
                                + "\nhidden: Unknown from bundle test.stranger, 1 look-up, last at "
                                + last
                                + "\n");
        assertThat(call("list", "--json").printed().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("\"hidden\":[{\"bundle\":"))
                .element(0)
                .asString()
                .contains("{\"bundle\":\"test.stranger\",\"look_ups\":2,\"last_us\":");
        assertThat(call("explain", "test.stranger", "FanControl").printed())
                .contains("no rule lets test.stranger request FanControl\n")
                .endsWith("it was hidden: 2 look-ups, last at " + last + "\n");
        assertThat(call("explain", "test.stranger", "FanControl", "--json").printed())
                .contains("\"hidden_look_ups\":2,\"last_hidden_us\":");
        assertThat(call("explain", "test.fan", "FanControl").printed()).doesNotContain("hidden");
        assertThat(new ServicesSource(services).snapshot())
                .contains("\"caller\":\"bundle test.stranger\",\"call\":\"look up\"")
                .contains("\"service\":\"Unknown\",\"code\":5,\"count\":1}")
                .contains("\"service\":\"FanControl\",\"code\":3,\"count\":2}");
    }

    @Test
    void consoleIsToldNoMoreThanItTakes() throws IOException {
        for (int file = 0; file < 20; file++) {
            StringBuilder rules = new StringBuilder("[");
            for (int rule = 0; rule < 50; rule++) {
                String name = "S" + "x".repeat(200) + file + "r" + rule;
                rules.append("{\"bundle\": \"a.b\", \"own\": [\"" + name + "\"]},");
            }
            Files.writeString(policies.resolve("many" + file), rules.append("]"));
        }
        call("reload");
        String snapshot = new ServicesSource(services).snapshot();
        assertThat(snapshot.length()).isBetween(100 * 1024, 256 * 1024);
        assertThat(snapshot).containsPattern("\"more_services\":[1-9]");
    }

    private Registration register(Identity who) {
        return services.registry().register(who, "FanControl", (client, pipe) -> {});
    }

    private void request(Identity who) {
        Pipe receiver = pipe().far();
        services.registry().request(who, "FanControl", Optional.<Duration>empty(), receiver);
    }

    /** What a call came to. */
    private record Outcome(int code, String printed, String complained) {}

    private Outcome call(String... words) {
        MemoryTerminal terminal = new MemoryTerminal("", root);
        int code = run(terminal, words);
        return new Outcome(code, terminal.printed(), terminal.complained().strip());
    }

    private int run(MemoryTerminal terminal, String... words) {
        return run(new ServicesCommand(services, new FolderPaths(root)), terminal, words);
    }

    private static int run(ServicesCommand command, MemoryTerminal terminal, String... words) {
        return new CommandLine(command.create(terminal))
                .setExecutionExceptionHandler(
                        (e, line, result) -> {
                            terminal.err().println(e.getMessage());
                            return ((CommandFailure) e).exitCode().code();
                        })
                .execute(words);
    }

    /** Of a framework without any service. */
    static BundleContext context() {
        BundleContext[] context = new BundleContext[1];
        Bundle system = proxy(Bundle.class, () -> context[0]);
        context[0] = proxy(BundleContext.class, () -> system);
        return context[0];
    }

    /** Answers with the other where it can, else false or null. */
    private static <T> T proxy(Class<T> type, Supplier<?> other) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            Class<?> answer = method.getReturnType();
                            if (answer.isInstance(other.get())) {
                                return other.get();
                            }
                            return answer == boolean.class ? Boolean.FALSE : null;
                        }));
    }
}
