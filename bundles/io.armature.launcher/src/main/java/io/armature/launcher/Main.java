package io.armature.launcher;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The process's entry. The stub gives everything by system properties: {@code armature.slot} (path
 * of the slot, relative to the working directory, which is the device's root), {@code
 * armature.stub} (uptime at the stub's start), {@code armature.archive}, {@code armature.training},
 * {@code armature.digests} ({@code stdin}: digests of the slot's files come on standard input),
 * {@code armature.classes} (a list of classes to load early).
 */
public final class Main {

    private Main() {}

    /** Runs the slot until it is stopped; never returns. */
    public static void main(String[] args) {
        Stamps stamps = new Stamps();
        stamps.addProcess(System.getProperty("armature.stub"));
        stamps.mark("launcher");
        // A device has no country; with this one the JDK formats without looking up its customs.
        Locale.setDefault(Locale.US);
        System.exit(run(args, stamps).code());
    }

    private static ExitStatus run(String[] args, Stamps stamps) {
        try {
            String slot = System.getProperty("armature.slot");
            if (args.length > 0 || slot == null) {
                throw new LaunchException(
                        ExitStatus.USAGE,
                        "start it by 'armature device', which sets armature.slot");
            }
            Path root = Path.of("").toAbsolutePath();
            return new Appliance(root, root.resolve(slot).normalize(), stamps).run();
        } catch (LaunchException e) {
            System.err.println("armature: " + e.getMessage());
            return e.status();
        }
    }
}
