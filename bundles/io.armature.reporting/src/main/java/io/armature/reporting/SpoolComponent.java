package io.armature.reporting;

import io.armature.boot.api.Milestone;
import io.armature.control.api.ConsoleSource;
import io.armature.control.api.Successor;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.seal.RecordSealing;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.SpoolRoot;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The spool of the device, opened after activation and closed in good order. Started beside an
 * older version of this bundle, it rehearses and opens once that one has stopped.
 */
@Component(
        configurationPid = "io.armature.reporting",
        immediate = true,
        service = {SpoolComponent.class, FaultSource.class, ConsoleSource.class, Successor.class})
@SatisfyingConditionTarget(Milestone.STARTUP)
@Designate(ocd = ReportingSettings.class)
public final class SpoolComponent implements FaultSource, ConsoleSource, Successor {

    /** Leaves the launcher time to stop everything else within its 5 s. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final ThreadPoolExecutor observers = Workers.pool("reporting-observers", 1);
    private final ChangeNotice notice;
    private final SpoolRoot place;
    private final Spool spool;
    private final Predecessor predecessor;
    private final CompletableFuture<Void> prepared = new CompletableFuture<>();
    private volatile SealSettings seal;
    private Uploader current;

    @Activate
    public SpoolComponent(
            BundleContext context,
            @Reference DeviceClock clock,
            @Reference DevicePaths paths,
            @Reference Randomness randomness,
            Map<String, Object> properties) {
        GivenSettings given = new GivenSettings(properties);
        seal = given.seal();
        Path provisioned = paths.configuration().resolve("reporting");
        Path root = paths.reportingSpool();
        place =
                new SpoolRoot(
                        root,
                        paths.root().resolve("var/cache/reporting"),
                        given.spool().lostAndFoundBytes());
        notice = new ChangeNotice(clock, observers);
        spool =
                new Spool(
                        opener(place, new ProcessKeepsake(root)),
                        files -> new RecordSealing(files, provisioned, clock, randomness, seal),
                        clock,
                        randomness,
                        given.spool(),
                        notice::changed);
        predecessor = new Predecessor(context);
        if (predecessor.present()) {
            SealSettings ahead = seal.withoutAgreements();
            prepare(
                    new Rehearsal(
                            paths.cache().resolve("reporting-rehearsal"),
                            root,
                            files ->
                                    new RecordSealing(files, provisioned, clock, randomness, ahead),
                            clock,
                            randomness,
                            given.spool()));
        } else {
            prepared.complete(null);
        }
        predecessor.gone().thenRun(spool::start);
    }

    private static Spool.StorageOpener opener(SpoolRoot place, Keepsake memory) {
        return new Spool.StorageOpener() {
            @Override
            public Storage open() throws IOException {
                return place.open();
            }

            @Override
            public Optional<String> migration() {
                Optional<SpoolRoot.Migration> end = place.migration();
                return end.isPresent() ? Optional.of(end.get().name()) : Optional.empty();
            }

            @Override
            public Keepsake keepsake() {
                return memory;
            }
        };
    }

    /** Other settings: the spool goes on with them, nobody's reference goes away. */
    @Modified
    void changed(Map<String, Object> properties) {
        GivenSettings given = new GivenSettings(properties);
        seal = given.seal();
        spool.change(given.spool(), given.seal());
    }

    private void prepare(Rehearsal rehearsal) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                rehearsal.run();
                                prepared.complete(null);
                            } catch (RuntimeException | LinkageError e) {
                                prepared.completeExceptionally(e);
                            }
                        },
                        "reporting-rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindUploader(Uploader uploader) {
        current = uploader;
        spool.uploader(uploader);
    }

    /** A better uploader is bound before the old one goes. */
    @SuppressWarnings("ReferenceEquality") // which service it is, not what it equals
    synchronized void unbindUploader(Uploader uploader) {
        if (current == uploader) {
            current = null;
            spool.uploader(null);
        }
    }

    @Deactivate
    void stop() {
        predecessor.close();
        spool.close(STOP_LIMIT);
        observers.shutdown();
    }

    /** The records' way in, for those whom policy lets request it. */
    Reporting records() {
        return spool;
    }

    @Override
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(spool.faults());
        place.failure().ifPresent(why -> faults.add(new Fault("reporting", "old root", why)));
        return faults;
    }

    @Override
    public CompletionStage<Void> prepared() {
        return prepared;
    }

    @Override
    public CompletionStage<Void> serving() {
        return spool.serving();
    }

    @Override
    public String name() {
        return "reporting";
    }

    @Override
    public String snapshot() {
        return LevelsJson.of(spool.levels(), spool.connected());
    }

    @Override
    public Subscription observe(Runnable changed) {
        return notice.observe(changed);
    }
}
