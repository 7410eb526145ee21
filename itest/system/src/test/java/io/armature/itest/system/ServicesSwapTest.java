package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The service manager, and its socket, are replaced while processes own, request and talk. Pipes
 * that were passed on notice nothing; relayed ones end with 0; who waits asks again; all that is
 * asked is answered.
 */
class ServicesSwapTest {

    private static final int UPDATES = 3;
    private static final int ANSWERS_AROUND = 100;

    @ParameterizedTest
    @ValueSource(strings = {"io.armature.services", "io.armature.services.socket"})
    void anUpdateUnderLoadLosesNothingThatWasAnswered(String bundle) throws Exception {
        String interpreter = ServiceUsers.python(List.of());
        assumeTrue(!interpreter.isEmpty(), "needs Python 3");
        try (Machine machine = Machine.install();
                Actors actors = new Actors(machine)) {
            Appliance device = machine.device();
            policy(device);
            device.up();
            Path jar = NewerJar.of(device, bundle, machine.folder());
            ServiceActor owner = load(actors, "DESCRIPTORS");
            owner.tell("own EchoTest");
            ServiceActor python = actors.connected(actors.python(interpreter));
            python.tell("register PythonTest");
            ServiceActor requester = load(actors, "DESCRIPTORS");
            requester.tell("stream java EchoTest 2");
            requester.tell("stream python PythonTest 5");
            requester.tell("asks asks EchoTest 10");
            requester.tell("pending pending LaterTest 60");
            ServiceActor relayed = load(actors, "CHANNELS");
            relayed.tell("asks asks EchoTest 20");
            relayed.tell("pending pending LaterTest 60");
            awaitAnswers(requester, "java", "python", "asks");
            python.await("asked PythonTest#1");
            List<String> waits = new ArrayList<>();
            for (int i = 0; i < UPDATES; i++) {
                String channel = "relayed" + i;
                relayed.tell("stream " + channel + " EchoTest 2");
                awaitAnswers(relayed, "asks", channel);
                longestWaits(requester);
                device.run("bundle", "update", bundle, jar.toString()).ok();
                relayed.await("closed " + channel + " 0");
                awaitAnswers(relayed, "asks");
                awaitAnswers(requester, "java", "python", "asks");
                waits.add(longestWaits(requester));
                assertThat(device.run("services", "query", "EchoTest").ok().text())
                        .startsWith("EchoTest: registered by ");
            }
            python.await("unregistered PythonTest 0");
            owner.tell("own LaterTest");
            List<Outcomes> ended = new ArrayList<>();
            for (String source : List.of("java", "python", "asks", "pending")) {
                ended.add(end(requester, source));
            }
            ended.add(end(relayed, "asks"));
            ended.add(end(relayed, "pending"));
            System.out.printf(
                    "ServicesSwapTest: %s: longest waits, ms: %s; %s%n", bundle, waits, ended);
            assertThat(ended)
                    .allSatisfy(each -> assertThat(each.answered()).isEqualTo(each.begun()));
            assertThat(ended.get(3).again())
                    .as("how often a waiting request was told to ask again")
                    .isGreaterThanOrEqualTo(UPDATES);
            for (ServiceActor actor : List.of(owner, requester, relayed)) {
                assertThat(actor.heard())
                        .noneMatch(line -> line.matches("(refused|disorder|disowned) .*"));
            }
            assertThat(requester.heard()).noneMatch(line -> line.startsWith("closed "));
        }
    }

    private static String longestWaits(ServiceActor load) throws Exception {
        load.tell("waits");
        return load.await("waits ").substring("waits ".length());
    }

    private static void policy(Appliance device) throws IOException {
        Path policy = device.path("etc/mojo/service_manager/policy/Echo.jsonc");
        Files.createDirectories(policy.getParent());
        String names = "[\"EchoTest\", \"LaterTest\", \"PythonTest\"]";
        Files.writeString(
                policy,
                "[{\"user\": \"%s\", \"own\": %s, \"request\": %s}]"
                        .formatted(System.getProperty("user.name"), names, names));
    }

    private static ServiceActor load(Actors actors, String pipes) throws Exception {
        return actors.connected(actors.java(ServiceLoad.class, actors.socket(), pipes));
    }

    /** Waits for answers that are yet to come, of each of these. */
    private static void awaitAnswers(ServiceActor load, String... sources) throws Exception {
        load.tell("await answers " + ANSWERS_AROUND + " " + String.join(" ", sources));
        load.await("answers");
    }

    private static Outcomes end(ServiceActor load, String source) throws Exception {
        load.tell("end " + source);
        return Outcomes.of(load.await("ended " + source));
    }

    /**
     * What became of one source of load.
     *
     * @param begun messages that were sent, or pipes that were asked for
     * @param again how often a pipe had to be asked for again
     */
    private record Outcomes(String source, long begun, long answered, long again) {

        private static final Pattern LINE =
                Pattern.compile("ended (\\S+) \\S+=(\\d+) answered=(\\d+)(?: again=(\\d+))?");

        static Outcomes of(String line) {
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            String again = matcher.group(4);
            return new Outcomes(
                    matcher.group(1),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    again == null ? 0 : Long.parseLong(again));
        }

        @Override
        public String toString() {
            return source + " " + answered + " of " + begun + ", " + again + " again";
        }
    }
}
