package io.armature.itest.console;

import io.armature.control.api.testing.HandSource;
import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A device that booted well and whose queues a test fills and drains. */
final class FakeDevice implements AutoCloseable {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final HandSource boot = new HandSource("boot", bootState());
    final HandSource bundles = new HandSource("bundles", bundleState());
    final HandSource reporting = new HandSource("reporting", "{\"queues\":[]}");
    final HandSource services = new HandSource("services", serviceState(0));
    private final Map<String, long[]> queues = new TreeMap<>();

    FakeDevice() {
        for (String name :
                List.of("SECURITY", "IMMEDIATE", "FAST_BATCH", "SLOW_BATCH", "BACKGROUND_BATCH")) {
            queues.put(name, new long[2]);
        }
        show();
    }

    synchronized void enqueue(String priority, int records) {
        queues.get(priority)[1] += records;
        show();
    }

    synchronized void confirm(String priority, int records) {
        long[] queue = queues.get(priority);
        queue[0] = Math.min(queue[1], queue[0] + records);
        show();
    }

    private void show() {
        StringJoiner all = new StringJoiner(",", "{\"queues\":[", "],\"uploader\":true}");
        queues.forEach(
                (priority, ids) ->
                        all.add(
                                String.format(
                                        Locale.ROOT,
                                        "{\"priority\":\"%s\",\"generation_guid\":\"g\","
                                                + "\"generation_id\":1,\"first_unconfirmed_id\":%d,"
                                                + "\"next_id\":%d,\"bytes\":262144}",
                                        priority,
                                        ids[0],
                                        ids[1])));
        reporting.set(all.toString());
    }

    /**
     * Four services, one without an owner.
     *
     * @param denied how often somebody was refused
     */
    static String serviceState(int denied) {
        StringJoiner services = new StringJoiner(",");
        for (String service :
                List.of(
                        "BootControl boot 0 31 console platform",
                        "FanControl - 3 0 thermal",
                        "Reporting reporting 0 1204 reporting.command reporting.mqtt console",
                        "Uploader reporting.mqtt 0 1 reporting")) {
            String[] fields = service.split(" ");
            services.add(service(fields[0], fields[1], fields[2], fields[3], fields));
        }
        StringJoiner denials = new StringJoiner(",");
        for (int i = denied; i > 0; i--) {
            denials.add(
                    "{\"timestamp_us\":"
                            + (1_750_000_000_000_000L + i * 1_000_000L)
                            + ",\"caller\":\"user guest pid 4711\",\"call\":\"request\","
                            + "\"service\":\"<i>Reporting</i>\",\"code\":3,\"count\":"
                            + i
                            + "}");
        }
        return "{\"permissive\":false,\"services\":["
                + services
                + "],\"more_services\":0,\"denials\":["
                + denials
                + "]}";
    }

    private static String service(
            String name, String owner, String waiting, String handedOver, String[] fields) {
        StringJoiner requesters = new StringJoiner(",");
        for (int i = 4; i < fields.length; i++) {
            requesters.add(rule(fields[i], name, i - 2));
        }
        String who = "\"owner\":{\"text\":\"bundle io.armature." + owner + "\"},";
        String caller = "{\"caller\":\"bundle io.armature.thermal\",\"requests\":" + waiting + "}";
        return "{\"name\":\""
                + name
                + "\","
                + (owner.equals("-") ? "" : who + "\"owner_rule\":" + rule(owner, name, 1) + ",")
                + "\"requesters\":["
                + requesters
                + "],\"waiting_requests\":"
                + waiting
                + ",\"waiting\":["
                + (waiting.equals("0") ? "" : caller)
                + "],\"handed_over\":"
                + handedOver
                + "}";
    }

    private static String rule(String bundle, String service, int line) {
        return "{\"subject\":\"bundle io.armature."
                + bundle
                + "\",\"file\":\"/slot/policy/"
                + service
                + ".jsonc\",\"line\":"
                + line
                + "}";
    }

    private static String bootState() {
        StringJoiner spans = new StringJoiner(",");
        Object[][] facts = {
            {"stub", "stub", -21.0, 0.0, true},
            {"jvm", "jvm", 0.0, 68.0, true},
            {"launcher", "launcher", 68.0, 121.0, true},
            {"framework", "framework", 121.0, 214.0, true},
            {"org.apache.felix.scr", "bundle", 171.0, 214.0, true},
            {"org.apache.felix.configadmin", "bundle", 158.0, 171.0, false},
            {"io.armature.platform.Settings", "component", 226.0, 251.0, true},
            {"io.armature.boot", "bundle", 214.0, 262.0, true},
            {"startup", "phase", 262.0, 281.0, false},
            {"io.armature.reporting", "bundle", 284.0, 321.0, false},
            {"io.armature.reporting.SpoolComponent", "component", 321.0, 402.0, true},
            {"io.armature.control.ControlSocket", "component", 341.0, 388.0, false},
            {"io.armature.reporting.command", "bundle", 322.0, 334.0, false},
            {"open queues", "task", 402.0, 447.0, true},
            {"boot-services", "phase", 281.0, 451.0, false},
            {"io.armature.console.WebConsole", "component", 456.0, 469.0, true},
            {"announcement", "task", 469.0, 521.0, true},
            {"io.armature.reporting.mqtt", "bundle", 529.0, 547.0, false},
            {"io.armature.reporting.mqtt.Bridge", "component", 547.0, 611.0, true},
            {"system-services", "phase", 523.0, 614.0, false},
        };
        for (Object[] fact : facts) {
            spans.add(
                    String.format(
                            Locale.ROOT,
                            "{\"name\":\"%s\",\"kind\":\"%s\",\"start_ms\":%.1f,\"end_ms\":%.1f,"
                                    + "\"critical\":%s}",
                            fact));
        }
        return """
        {"phase":"system-services","device_id":"3f2a77d0-5c1e","version":"0.1.0",
         "profile":"generic-x86_64","phases":[
          {"name":"startup","start_ms":262.0,"end_ms":281.4,"waiting":[]},
          {"name":"boot-services","start_ms":281.4,"end_ms":451.2,"waiting":[]},
          {"name":"application","start_ms":451.2,"end_ms":521.7,"waiting":[]},
          {"name":"failsafe","start_ms":521.7,"end_ms":523.0,"waiting":[]},
          {"name":"system-services","start_ms":523.0,"end_ms":614.3,"waiting":[]}],
         "spans":["""
                + spans
                + "]}";
    }

    private static String bundleState() {
        StringJoiner rows = new StringJoiner(",", "{\"bundles\":[", "]}");
        int id = 0;
        for (String row :
                List.of(
                        "io.armature.boot 1",
                        "io.armature.platform 1",
                        "io.armature.control 20",
                        "io.armature.reporting 20",
                        "io.armature.reporting.command 20",
                        "io.armature.console 25",
                        "io.armature.reporting.mqtt 40")) {
            String[] fields = row.split(" ");
            rows.add(
                    String.format(
                            Locale.ROOT,
                            "{\"id\":%d,\"name\":\"%s\",\"version\":\"0.1.0\",\"level\":%s,"
                                    + "\"state\":\"active\"}",
                            ++id,
                            fields[0],
                            fields[1]));
        }
        return rows.toString();
    }

    /** Real time. */
    DeviceClock clock() {
        return new DeviceClock() {
            @Override
            public Instant wall() {
                return Instant.now();
            }

            @Override
            public Instant minimumDate() {
                return Instant.EPOCH;
            }

            @Override
            public long monotonicNanos() {
                return System.nanoTime();
            }

            @Override
            public Timer after(Duration delay, Executor executor, Runnable task) {
                Future<?> pending =
                        timer.schedule(
                                () -> executor.execute(task),
                                delay.toNanos(),
                                TimeUnit.NANOSECONDS);
                return () -> pending.cancel(false);
            }
        };
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
