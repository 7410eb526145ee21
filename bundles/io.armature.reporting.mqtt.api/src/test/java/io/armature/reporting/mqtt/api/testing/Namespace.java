package io.armature.reporting.mqtt.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own behind two cables: one for the device, which can be cut, shaped and made to
 * drop, and one for everybody else. Needs root, ip, tc and nft; without them a test is skipped with
 * a message.
 */
public final class Namespace implements AutoCloseable {

    private final String name = "amq" + ProcessHandle.current().pid();
    private final String device = name + "d";
    private final String other = name + "o";

    /** Of 198.18.0.0/15, which is for measurements and never routed. */
    private final String prefix = "198.18." + ProcessHandle.current().pid() % 250 + ".";

    private Namespace() {}

    /** Makes one. */
    public static Namespace make() throws Exception {
        Namespace made = new Namespace();
        String obstacle = obstacle(made);
        if (!obstacle.isEmpty()) {
            System.out.println("SKIPPED: no network namespace: " + obstacle);
        }
        assumeTrue(obstacle.isEmpty(), "no network namespace: " + obstacle);
        try {
            run("ip", "-n", made.name, "link", "set", "lo", "up");
            made.connect(made.device, 1);
            made.connect(made.other, 5);
            return made;
        } catch (AssertionError e) {
            run("ip", "netns", "del", made.name);
            throw e;
        }
    }

    private static String obstacle(Namespace made) throws Exception {
        for (String program : List.of("ip", "tc", "nft")) {
            try {
                Process process =
                        new ProcessBuilder(program, "-V").redirectErrorStream(true).start();
                process.getInputStream().readAllBytes();
                process.waitFor();
            } catch (IOException e) {
                return program + " is not installed";
            }
        }
        Process process =
                new ProcessBuilder("ip", "netns", "add", made.name)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said.strip();
    }

    /** A cable between this machine (host part as given) and the namespace (one more). */
    private void connect(String cable, int host) throws Exception {
        String inner = cable + "n";
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", inner, "netns", name);
        run("ip", "addr", "add", prefix + host + "/30", "dev", cable);
        run("ip", "link", "set", cable, "up");
        run("ip", "-n", name, "addr", "add", prefix + (host + 1) + "/30", "dev", inner);
        run("ip", "-n", name, "link", "set", inner, "up");
    }

    /** Where the device finds what runs inside. */
    public String address() {
        return prefix + 2;
    }

    /** Where everybody else does. */
    public String otherAddress() {
        return prefix + 6;
    }

    List<String> inside(String program) {
        return List.of("ip", "netns", "exec", name, program);
    }

    /** Takes the device's cable out: nobody is told, packets just do not arrive. */
    public void cut() throws Exception {
        run("ip", "link", "set", device, "down");
    }

    /** Puts it in again. */
    public void mend() throws Exception {
        run("ip", "link", "set", device, "up");
    }

    /** Makes the device's way out narrow. */
    public void shape(int kilobitPerSecond) throws Exception {
        run(
                ("tc qdisc add dev " + device + " root tbf rate " + kilobitPerSecond)
                        .concat("kbit burst 4kb latency 400ms")
                        .split(" "));
    }

    /** Loses so many of a hundred packets of the device. */
    public void drop(int percent) throws Exception {
        List<String> command = new ArrayList<>(inside("nft"));
        command.addAll(List.of("-f", "-"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(
                    ("""
                    table inet loss {
                      chain in {
                        type filter hook input priority 0;
                        iifname "%sn" numgen random mod 100 < %d counter drop
                      }
                    }
                    """
                                    .formatted(device, percent))
                            .getBytes(StandardCharsets.US_ASCII));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** How many packets were lost that way. */
    public long dropped() throws Exception {
        List<String> command = new ArrayList<>(inside("nft"));
        command.addAll(List.of("list", "table", "inet", "loss"));
        String listed = run(command.toArray(new String[0]));
        int at = listed.indexOf("packets ") + "packets ".length();
        return Long.parseLong(listed.substring(at, listed.indexOf(' ', at)));
    }

    @Override
    public void close() throws IOException {
        try {
            // With the namespace alone they would go some time later.
            run("ip", "link", "del", device);
            run("ip", "link", "del", other);
            run("ip", "netns", "del", name);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
        return said;
    }
}
