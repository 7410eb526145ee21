package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.mqtt.configuration.ServerConfiguration;
import java.util.concurrent.Executor;

/** Parts of the bridge that have files, with these in their places on the device. */
record DeviceFolders(DevicePaths paths, DurableFiles files, DeviceClock clock) {

    QueueStatements statements(String deviceId, Reporting spool) {
        return new QueueStatements(
                deviceId,
                new CountersKey(
                        paths.configuration().resolve("reporting/counters-key"),
                        paths.state().resolve("reporting.mqtt/keys/counters-key"),
                        files),
                paths.state().resolve(QueueStatements.NUMBER),
                files,
                spool,
                clock);
    }

    BudgetFile budget(String bootId, ByteBudget budget, Executor executor) {
        return new BudgetFile(
                new BudgetFile.Place(paths.state().resolve(BudgetFile.NAME), bootId),
                budget,
                files,
                clock,
                executor);
    }

    ServerConfiguration configuration(String version, Reporting spool, Executor executor) {
        return new ServerConfiguration(
                new ServerConfiguration.Home(
                        version,
                        paths.configuration().resolve("reporting/verification-key"),
                        paths.state().resolve(ServerConfiguration.FILE)),
                files,
                spool,
                clock,
                executor);
    }
}
