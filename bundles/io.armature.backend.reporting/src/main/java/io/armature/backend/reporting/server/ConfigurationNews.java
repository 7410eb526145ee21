package io.armature.backend.reporting.server;

import io.armature.backend.reporting.configuration.Configurations;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import io.armature.reporting.proto.ConfigFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the configuration to devices that have another one. */
public final class ConfigurationNews {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationNews.class);

    /** How often a device that says an older version is told. */
    private static final Duration PERIOD = Duration.ofMinutes(1);

    /** A device with a version that this server never made; it takes none that is not higher. */
    public record Newer(String device, int version) {}

    private final Configurations configurations;
    private final Answers answers;
    private final Pace pace;
    private final RateLimit failures;
    private final AtomicReference<Newer> newer = new AtomicReference<>();

    public ConfigurationNews(Configurations configurations, Outbox outbox, DeviceClock clock) {
        this.configurations = configurations;
        this.answers = new Answers(outbox);
        this.pace = new Pace(clock, PERIOD);
        this.failures = new RateLimit(clock);
    }

    /** A device says what it has. On the server's thread that stores. */
    void said(String device, int version) {
        try {
            Optional<ConfigFile> current = configurations.current();
            int ours = current.map(ConfigFile::getVersion).orElse(0);
            if (version > ours) {
                newer.set(new Newer(device, version));
            } else if (version < ours && pace.due(device, ours)) {
                answers.configuration(device, current.get());
            }
        } catch (IOException e) {
            failures.permit()
                    .ifPresent(
                            n ->
                                    log.error(
                                            "configuration not sent reason=\"{}\" suppressed={}",
                                            e.getMessage(),
                                            n));
        }
    }

    /** Sends a new one at once to who listens now; others say that they want it. Any thread. */
    public void tell(Collection<String> devices, ConfigFile configuration) {
        newer.updateAndGet(
                one -> one == null || one.version() < configuration.getVersion() ? null : one);
        devices.forEach(device -> answers.configuration(device, configuration));
    }

    /** The last device that said a version above the current one. Any thread. */
    public Optional<Newer> newer() {
        return Optional.ofNullable(newer.get());
    }
}
