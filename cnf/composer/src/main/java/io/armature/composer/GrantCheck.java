package io.armature.composer;

import io.armature.composer.Grants.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the service manager is shipped, who publishes under a governed name may own it, and who
 * looks such a service up may request it: else it would never come. And nothing is granted to a
 * bundle that has no use for it.
 */
final class GrantCheck implements Check {

    private static final String MANAGER = "io.armature.services";

    @Override
    public List<String> faults(Composition composition) throws CompositionException {
        if (composition.bundles().stream().noneMatch(bundle -> bundle.name().equals(MANAGER))) {
            return List.of();
        }
        Grants grants = Grants.of(composition.features());
        GovernedNames names = GovernedNames.of(composition);
        List<String> faults = new ArrayList<>();
        for (GovernedNames.Mention owner : names.owned()) {
            if (missing(grants.owning(), owner)) {
                faults.add(refused(owner, "own", grants));
            }
        }
        for (GovernedNames.Mention user : names.used()) {
            if (!grants.names(user.service()) && elsewhere(user.service(), composition)) {
                continue; // its owner is in no feature of this profile
            }
            if (missing(grants.requesting(), user)) {
                faults.add(refused(user, "request", grants));
            }
        }
        faults.addAll(idle(grants, names, composition));
        return faults;
    }

    private static boolean missing(List<Grant> grants, GovernedNames.Mention wanted) {
        return grants.stream().noneMatch(grant -> grant.is(wanted.bundle(), wanted.service()));
    }

    private static String refused(GovernedNames.Mention wanted, String verb, Grants grants) {
        return "%s %s, which no policy file lets %s %s: %s"
                .formatted(
                        wanted.how(),
                        wanted.service(),
                        wanted.bundle(),
                        verb,
                        grants.place(wanted.service()));
    }

    private static boolean elsewhere(String service, Composition composition)
            throws CompositionException {
        return Grants.of(composition.workspace()).names(service);
    }

    /** Grants that nobody uses: of bundles that are there, or that no feature has. */
    private static Set<String> idle(Grants grants, GovernedNames names, Composition composition) {
        Set<String> here =
                composition.bundles().stream().map(ShippedBundle::name).collect(Collectors.toSet());
        Set<String> listed =
                composition.workspace().stream()
                        .flatMap(feature -> feature.bundles().stream())
                        .map(bundle -> bundle.coordinates().artifact())
                        .collect(Collectors.toSet());
        Set<String> faults = new TreeSet<>();
        Stream.concat(grants.owning().stream(), grants.requesting().stream())
                .filter(grant -> !here.contains(grant.bundle()))
                .filter(grant -> !listed.contains(grant.bundle()))
                .forEach(
                        grant ->
                                faults.add(
                                        "%s grants %s to %s, a bundle that no feature lists."
                                                .formatted(
                                                        grant.file(),
                                                        grant.service(),
                                                        grant.bundle())));
        idle(grants.owning(), names.owned(), here, "own", "publishes", faults);
        idle(grants.requesting(), names.used(), here, "request", "looks up", faults);
        return faults;
    }

    private static void idle(
            List<Grant> grants,
            List<GovernedNames.Mention> uses,
            Set<String> here,
            String verb,
            String use,
            Set<String> faults) {
        for (Grant grant : grants) {
            if (here.contains(grant.bundle())
                    && uses.stream().noneMatch(one -> grant.is(one.bundle(), one.service()))) {
                faults.add(
                        "%s lets %s %s %s, which no component of it and no declaration of its code %s."
                                .formatted(
                                        grant.file(), grant.bundle(), verb, grant.service(), use));
            }
        }
    }
}
