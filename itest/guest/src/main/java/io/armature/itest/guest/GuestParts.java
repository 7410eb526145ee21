package io.armature.itest.guest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What guests are made from; {@code armature test --long} installs and fetches it. */
public final class GuestParts {

    static final Path BUSYBOX = Path.of("/bin/busybox");
    static final String MACHINE = "qemu-system-x86_64";
    private static final String KERNEL = "target/guest/vmlinuz";
    private static final String MODULES = "target/guest/modules";

    private GuestParts() {}

    /**
     * Why no guest can run here; empty if one can.
     *
     * @param programs that the test needs beside, looked up as a shell would
     */
    public static Optional<String> hindrance(String... programs) {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return Optional.of("guests need an x86_64 machine");
        }
        if (!Files.isExecutable(BUSYBOX)) {
            return Optional.of("needs busybox-static (" + BUSYBOX + ")");
        }
        if (!Files.isRegularFile(kernel()) || !Files.isDirectory(modules())) {
            return Optional.of("no kernel for guests, cnf/guest-kernel.sh fetches it: " + kernel());
        }
        for (String program : List.of(MACHINE, "ldd")) {
            if (found(program).isEmpty()) {
                return Optional.of("needs " + program);
            }
        }
        return Arrays.stream(programs)
                .filter(program -> found(program).isEmpty())
                .findFirst()
                .map(program -> "needs " + program);
    }

    /** Where this machine has a program; empty if it has none. */
    public static Optional<Path> found(String program) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Path kernel() {
        return Path.of(System.getProperty("armature.checkout")).resolve(KERNEL);
    }

    private static Path modules() {
        return Path.of(System.getProperty("armature.checkout")).resolve(MODULES);
    }

    /** A module of the kernel. */
    static Path module(String name) {
        return modules().resolve(name + ".ko");
    }
}
