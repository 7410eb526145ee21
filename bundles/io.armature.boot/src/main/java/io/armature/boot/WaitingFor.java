package io.armature.boot;

import io.armature.boot.LackingComponents.Lack;
import io.armature.boot.api.Phase;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.timeline.BootRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Names what an unfinished phase waits for, and which components of a finished one do not work: a
 * component holds up no phase, so it may lack something for as long as the device runs. Looks only
 * when asked.
 */
final class WaitingFor implements Function<PhaseProgress, List<String>> {

    private final BootRecord record;
    private final BundleContext context;
    private final String application;
    private final LackingComponents components;

    WaitingFor(
            BootRecord record,
            LackingComponents components,
            BundleContext context,
            String application) {
        this.record = record;
        this.components = components;
        this.context = context;
        this.application = application;
    }

    @Override
    public List<String> apply(PhaseProgress progress) {
        if (progress.endNanos() >= 0) {
            return lacks(progress).stream().map(Lack::sentence).toList();
        }
        Phase phase = progress.phase();
        List<String> reasons = new ArrayList<>();
        for (String task : progress.openTasks()) {
            reasons.add("task '" + task + "' is not finished");
        }
        if (phase == Phase.APPLICATION && record.announcedBy() == null) {
            reasons.add("the application (" + application + ") has not announced itself");
        }
        if (phase == Phase.SYSTEM_SERVICES && record.published(id(Phase.APPLICATION)) < 0) {
            reasons.add("condition armature.boot-complete is missing");
        }
        for (Bundle bundle : context.getBundles()) {
            if (bundle.adapt(BundleStartLevel.class).getStartLevel() == phase.level()) {
                bundle(bundle, reasons);
            }
        }
        return reasons;
    }

    /** What keeps components of a finished phase from working; none of one that is not over. */
    List<Lack> lacks(PhaseProgress progress) {
        List<Lack> lacks = new ArrayList<>();
        if (progress.endNanos() >= 0) {
            for (Bundle bundle : context.getBundles()) {
                if (phaseOf(bundle) == progress.phase() && works(bundle)) {
                    lacks.addAll(components.unexpected(bundle));
                }
            }
        }
        return lacks;
    }

    /** What is below every phase belongs to the first. */
    private static Phase phaseOf(Bundle bundle) {
        int level = bundle.adapt(BundleStartLevel.class).getStartLevel();
        for (Phase phase : Phase.values()) {
            if (phase != Phase.FRAMEWORK && level <= phase.level()) {
                return phase;
            }
        }
        return Phase.SYSTEM_SERVICES;
    }

    private static boolean works(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE
                || bundle.getState() == Bundle.STARTING
                        && bundle.adapt(BundleStartLevel.class).isActivationPolicyUsed();
    }

    private static String id(Phase phase) {
        return phase.milestone().orElseThrow();
    }

    private void bundle(Bundle bundle, List<String> reasons) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0) {
            return;
        }
        String name = bundle.getSymbolicName();
        switch (bundle.getState()) {
            case Bundle.INSTALLED -> reasons.add("bundle " + name + " is not resolved");
            case Bundle.RESOLVED -> reasons.add("bundle " + name + " is not started");
            case Bundle.STARTING -> {
                if (!bundle.adapt(BundleStartLevel.class).isActivationPolicyUsed()) {
                    reasons.add("bundle " + name + " is still starting");
                }
            }
            case Bundle.ACTIVE ->
                    components.of(bundle).forEach(lack -> reasons.add(lack.sentence()));
            default -> {} // stopping or gone
        }
    }
}
