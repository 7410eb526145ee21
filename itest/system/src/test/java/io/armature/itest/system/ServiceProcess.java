package io.armature.itest.system;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceState;
import io.armature.services.client.ServiceManagerClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that owns, requests and observes services as its standard input says; commands and
 * events as in services_process.py, and who asks also by label. Runs with the client's standalone
 * jar alone.
 */
final class ServiceProcess {

    private final ServiceManagerClient manager;
    private final Map<String, Pipe> pipes = new ConcurrentHashMap<>();
    private final Map<String, Registration> registrations = new HashMap<>();

    private ServiceProcess(ServiceManagerClient manager) {
        this.manager = manager;
    }

    /** With the path of the manager's socket. */
    public static void main(String[] arguments) throws IOException {
        try (ServiceManagerClient manager = ServiceManagerClient.connect(Path.of(arguments[0]));
                BufferedReader commands =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            say("connected");
            manager.closed()
                    .thenAccept(end -> say("disconnected " + end.code() + " " + end.text()));
            ServiceProcess process = new ServiceProcess(manager);
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                process.command(line.split(" ", 3));
            }
        }
    }

    private static synchronized void say(String words) {
        System.out.println(words);
        System.out.flush();
    }

    private void command(String[] words) {
        switch (words[0]) {
            case "register" -> register(words[1]);
            case "unregister" -> registrations.get(words[1]).close();
            case "request" -> hear(words[1], manager.request(words[2]));
            case "send" -> pipes.get(words[1]).send(words[2].getBytes(StandardCharsets.UTF_8));
            case "close" -> {
                String[] reason = words[2].split(" ", 2);
                pipes.get(words[1]).close(new CloseReason(Long.parseLong(reason[0]), reason[1]));
            }
            case "query" -> query(words[1]);
            case "observe" ->
                    manager.observe(
                            event ->
                                    say(
                                            "event "
                                                    + event.type().name().toLowerCase(Locale.ROOT)
                                                    + " "
                                                    + event.serviceName()
                                                    + " "
                                                    + event.dispatcher().uid()));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void register(String name) {
        AtomicInteger count = new AtomicInteger();
        Registration registration =
                manager.register(
                        name,
                        (who, pipe) -> {
                            String number = name + "#" + count.incrementAndGet();
                            say(
                                    "asked "
                                            + number
                                            + " "
                                            + who.uid()
                                            + " "
                                            + who.bundle().orElse("-")
                                            + " "
                                            + who.label().orElse("-"));
                            pipes.put(number, pipe);
                            pipe.listen(pipe::send);
                            tellEnd(number, pipe);
                        });
        registrations.put(name, registration);
        registration
                .closed()
                .thenAccept(
                        reason ->
                                say(
                                        "unregistered "
                                                + name
                                                + " "
                                                + reason.code()
                                                + " "
                                                + reason.text()));
    }

    private void hear(String number, Pipe pipe) {
        pipes.put(number, pipe);
        pipe.listen(
                message ->
                        say("got " + number + " " + new String(message, StandardCharsets.UTF_8)));
        tellEnd(number, pipe);
    }

    private static void tellEnd(String number, Pipe pipe) {
        pipe.closed()
                .thenAccept(
                        reason ->
                                say(
                                        "closed "
                                                + number
                                                + " "
                                                + reason.code()
                                                + " "
                                                + reason.text()));
    }

    private void query(String name) {
        manager.query(name)
                .whenComplete(
                        (state, failure) -> {
                            if (failure != null) {
                                say("state " + name + " error");
                            } else if (state instanceof ServiceState.Registered registered) {
                                say("state " + name + " registered " + registered.owner().uid());
                            } else {
                                say("state " + name + " unregistered");
                            }
                        });
    }
}
