package io.armature.itest.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processes at the socket of a device, and what they run, where every user can read it: the
 * checkout and the local repository may be private. Closing it ends them.
 */
final class Actors implements AutoCloseable {

    private final Machine machine;
    private final Path folder;
    private final List<ServiceActor> started = new ArrayList<>();

    Actors(Machine machine) throws IOException {
        this.machine = machine;
        Files.setPosixFilePermissions(
                machine.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
        folder = Files.createDirectories(machine.folder().resolve("actors"));
        Path client = Images.checkout().resolve("bundles/io.armature.services.client");
        for (String script : List.of("armature_services.py", "services_process.py")) {
            Files.copy(client.resolve("src/test/python").resolve(script), folder.resolve(script));
        }
        try (Stream<Path> jars = Files.list(client.resolve("target"))) {
            Path jar =
                    jars.filter(file -> file.toString().endsWith("-standalone.jar"))
                            .findFirst()
                            .orElseThrow();
            Files.copy(jar, folder.resolve("client.jar"));
        }
        for (Class<?> main : List.of(ServiceProcess.class, ServiceLoad.class)) {
            TestBundle.copyClasses(main, folder);
        }
    }

    /** The device's socket. */
    String socket() {
        return machine.device().path("run/mojo/service_manager.sock").toString();
    }

    /** A command for a process in Java. */
    List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", folder.resolve("client.jar") + ":" + folder));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** A command for the process in Python. */
    List<String> python(String interpreter) {
        String script = folder.resolve("services_process.py").toString();
        return new ArrayList<>(List.of(interpreter, "-B", script, socket()));
    }

    ServiceActor start(List<String> command) throws IOException {
        ServiceActor actor = new ServiceActor(command);
        started.add(actor);
        return actor;
    }

    ServiceActor connected(List<String> command) throws IOException, InterruptedException {
        ServiceActor actor = start(command);
        actor.await("connected");
        return actor;
    }

    @Override
    public void close() throws IOException {
        for (ServiceActor actor : started) {
            actor.close();
        }
    }
}
