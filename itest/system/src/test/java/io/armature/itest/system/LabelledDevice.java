package io.armature.itest.system;

import io.armature.itest.guest.Guest;
import io.armature.itest.guest.GuestParts;
import io.armature.itest.guest.GuestProcess;
import io.armature.itest.guest.JavaRuntime;
import io.armature.itest.guest.Outcome;
import io.armature.itest.guest.RootFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An appliance in a guest whose kernel has SELinux, permissive, with a policy that has labels for
 * four processes; and processes that run there with a label and as a user.
 */
final class LabelledDevice implements AutoCloseable {

    private static final String ROOT = "/device";
    private static final String PROGRAM = ROOT + "/opt/armature/bin/armature --root " + ROOT + " ";
    private static final String JAVA_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m";
    private static final int MEGABYTES = 640;
    private static final Duration LIMIT = Duration.ofMinutes(9);
    private static final String[] TOOLS = {"secilc", "runcon", "setpriv"};

    private final Guest guest;

    private LabelledDevice(Guest guest) {
        this.guest = guest;
    }

    /** Why it cannot run here; empty if it can. */
    static Optional<String> hindrance() {
        return GuestParts.hindrance(TOOLS);
    }

    /** Whether the kernel gives labels. */
    enum Labels {
        PERMISSIVE("security=selinux enforcing=0"),
        NONE("lsm=yama");

        private final String arguments;

        Labels(String arguments) {
            this.arguments = arguments;
        }

        /** The label of that type in labels.cil. */
        static String of(String type) {
            return "u:r:" + type + ":s0";
        }
    }

    /**
     * Writes what the guest starts with.
     *
     * @param policy of the service manager
     * @param users lines of {@code /etc/passwd}
     */
    static Path files(Path folder, String policy, String users) throws Exception {
        RootFiles files = RootFiles.bare();
        for (String tool : List.of("runcon", "setpriv")) {
            files.program(GuestParts.found(tool).orElseThrow(), "/usr/bin/" + tool);
        }
        files.text("/etc/passwd", "root:x:0:0::/:/bin/sh\n" + users);
        files.text("/etc/selinux/config", "SELINUX=permissive\nSELINUXTYPE=labels\n");
        files.copy(compiled(folder), "/etc/selinux/policy");
        JavaRuntime.addTo(files, Path.of("target/guest-java").toAbsolutePath());
        Path device = folder.resolve("device");
        Images.install(Machine.DEVICE_PROFILE, device);
        files.tree(device, ROOT);
        files.text(ROOT + "/etc/mojo/service_manager/policy/Labels.jsonc", policy);
        files.copy(clientJar(), "/actors/client.jar");
        String driver = ServiceProcess.class.getName().replace('.', '/') + ".class";
        files.copy(Path.of("target/test-classes", driver), "/actors/" + driver);
        return files.write(folder.resolve("files.cpio"));
    }

    private static Path compiled(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("labels.cil");
        try (var in = LabelledDevice.class.getResourceAsStream("labels.cil")) {
            Files.copy(in, source);
        }
        Path policy = folder.resolve("labels.policy");
        String[] compile = {
            GuestParts.found("secilc").orElseThrow().toString(),
            "--mls=true",
            "--policyvers=31",
            "--output=" + policy,
            "--filecontext=" + folder.resolve("labels.files"),
            source.toString()
        };
        if (ServiceUsers.run(compile) != 0) {
            throw new IOException("secilc does not compile labels.cil");
        }
        return policy;
    }

    private static Path clientJar() throws IOException {
        Path target = Images.checkout().resolve("bundles/io.armature.services.client/target");
        try (Stream<Path> jars = Files.list(target)) {
            return jars.filter(file -> file.toString().endsWith("-standalone.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Starts the guest and in it the appliance, and waits until it is up. */
    static LabelledDevice start(Path files, Labels labels, Path folder) throws Exception {
        List<String> arguments = List.of(labels.arguments.split(" "));
        Guest.Plan plan = new Guest.Plan(files, arguments, MEGABYTES, LIMIT);
        LabelledDevice device = new LabelledDevice(Guest.start(plan, folder));
        boolean up = false;
        try {
            device.up(labels);
            up = true;
            return device;
        } finally {
            if (!up) {
                device.close();
            }
        }
    }

    private void up(Labels labels) throws IOException, InterruptedException {
        String as = "";
        if (labels == Labels.PERMISSIVE) {
            guest.run(
                            "mount -t selinuxfs none /sys/fs/selinux"
                                    + " && cat /etc/selinux/policy >/sys/fs/selinux/load")
                    .ok();
            as = "runcon " + Labels.of("manager") + " ";
        }
        guest.run("mkfifo /run/phases").ok();
        guest.begin("ARMATURE_PHASE_PIPE=/run/phases exec " + as + PROGRAM + "device");
        GuestProcess phases = guest.begin("exec cat /run/phases");
        phases.await("system-services");
        phases.kill();
    }

    /** A process that serves, asks and watches as it is told; its first line is its number. */
    GuestProcess actor(String type, int uid) throws IOException, InterruptedException {
        return process("runcon " + Labels.of(type) + " ", uid);
    }

    /** The same without a label. */
    GuestProcess actor(int uid) throws IOException, InterruptedException {
        return process("", uid);
    }

    private GuestProcess process(String as, int uid) throws IOException, InterruptedException {
        String user = "/usr/bin/setpriv --reuid %d --regid %d --clear-groups ".formatted(uid, uid);
        String java = JavaRuntime.HOME + "/bin/java " + JAVA_OPTIONS;
        String program = " -cp /actors/client.jar:/actors " + ServiceProcess.class.getName();
        GuestProcess actor =
                guest.begin(
                        "echo $$; exec %s%s%s%s %s/run/mojo/service_manager.sock"
                                .formatted(as, user, java, program, ROOT));
        actor.await("connected");
        return actor;
    }

    /** A command of the guest's shell. */
    Outcome run(String command) throws IOException, InterruptedException {
        return guest.run(command);
    }

    /** {@code armature services …} in the guest. */
    Outcome services(String words) throws IOException, InterruptedException {
        return guest.run(PROGRAM + "services " + words);
    }

    @Override
    public void close() {
        guest.close();
    }
}
