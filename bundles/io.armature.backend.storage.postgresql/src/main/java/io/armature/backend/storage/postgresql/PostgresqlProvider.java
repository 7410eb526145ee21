package io.armature.backend.storage.postgresql;

import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.boot.api.Milestone;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import java.io.IOException;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the reporting server its storage in PostgreSQL. */
@Component(configurationPid = "io.armature.backend.storage.postgresql")
@Designate(ocd = PostgresqlProvider.Settings.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class PostgresqlProvider implements StorageProvider {

    /** Settings, PID {@code io.armature.backend.storage.postgresql}. */
    @ObjectClassDefinition(name = "Storage in PostgreSQL")
    public @interface Settings {
        @AttributeDefinition(description = "Host of the database server")
        String host() default "127.0.0.1";

        @AttributeDefinition(description = "Port of the database server", min = "1", max = "65535")
        int port() default 5432;

        @AttributeDefinition(description = "Database")
        String database() default "armature";

        @AttributeDefinition(description = "User, owner of the tables that are made")
        String user() default "armature";

        @AttributeDefinition(description = "File with the password, relative to the root")
        String password_file() default "etc/armature/backend/postgresql-password";

        @AttributeDefinition(
                description = "TLS to the database server, as libpq names it",
                options = {
                    @Option(label = "disable", value = "disable"),
                    @Option(label = "prefer", value = "prefer"),
                    @Option(label = "require", value = "require"),
                    @Option(label = "verify-ca", value = "verify-ca"),
                    @Option(label = "verify-full", value = "verify-full")
                })
        String ssl_mode() default "prefer";

        @AttributeDefinition(
                description = "File with the certificates that the server's is checked with")
        String ssl_root_certificate() default "";

        @AttributeDefinition(
                description = "Limit for connecting and for a statement, s",
                min = "1",
                max = "600")
        int timeout_s() default 10;

        @AttributeDefinition(
                description =
                        "Least time before missing ids are given up, s; longer than a broker keeps"
                                + " a server that hangs",
                min = "1",
                max = "604800")
        long missing_wait_s() default 600;
    }

    private static final Logger log = LoggerFactory.getLogger(PostgresqlProvider.class);

    private final Address address;
    private final Duration holeAge;
    private final DeviceClock clock;

    /** Connects to nothing yet. */
    @Activate
    public PostgresqlProvider(
            @Reference DevicePaths paths, @Reference DeviceClock clock, Settings settings) {
        this(
                new Address(
                        settings.host(),
                        settings.port(),
                        settings.database(),
                        settings.user(),
                        paths.root().resolve(settings.password_file()),
                        settings.ssl_mode(),
                        settings.ssl_root_certificate(),
                        settings.timeout_s()),
                Duration.ofSeconds(settings.missing_wait_s()),
                clock);
    }

    PostgresqlProvider(Address address, Duration holeAge, DeviceClock clock) {
        this.address = address;
        this.holeAge = holeAge;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public RecordStorage open(Terms terms) {
        PostgresqlStorage storage = new PostgresqlStorage(address, terms, holeAge, clock);
        try {
            storage.start();
        } catch (IOException e) {
            log.warn("storage is away, it is tried again with each upload: {}", e.getMessage());
        }
        return storage;
    }
}
