package io.armature.services.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rules decide what somebody may do with a service.
 *
 * @param owns the rule that lets them own it
 * @param requests the rule that lets them request it
 * @param sentences for people, without full stop, printable
 */
public record Explanation(Optional<Rule> owns, Optional<Rule> requests, List<String> sentences) {

    /** Copies the list. */
    public Explanation {
        sentences = List.copyOf(sentences);
    }

    /**
     * Explains what files say.
     *
     * @param who symbolic name of a bundle, name of a user or security label, as a file writes it
     */
    public static Explanation of(Loaded loaded, String who, String service) {
        String name = Printable.of(service);
        Optional<ServicePolicy> policy = loaded.policies().of(service);
        if (policy.isEmpty()) {
            List<String> nothing = new ArrayList<>(List.of("no policy file names " + name));
            nothing.addAll(rejected(loaded));
            return new Explanation(Optional.empty(), Optional.empty(), nothing);
        }
        Optional<Rule> owns = policy.get().owner().filter(rule -> isAbout(rule, who));
        Optional<Rule> requests =
                policy.get().requesters().stream().filter(rule -> isAbout(rule, who)).findFirst();
        List<String> sentences = new ArrayList<>();
        sentences.add(sentence("own", name, who, owns));
        sentences.add(sentence("request", name, who, requests));
        if (owns.isEmpty()) {
            sentences.add(
                    policy.get()
                            .owner()
                            .map(rule -> "the owner of " + name + " is " + rule)
                            .orElse("nobody may own " + name));
        }
        for (Finding finding : loaded.findings()) {
            if (finding.service().filter(service::equals).isPresent()) {
                sentences.add(finding.toString());
            }
        }
        sentences.addAll(rejected(loaded));
        return new Explanation(owns, requests, sentences);
    }

    /** Files that were rejected may have said otherwise; nobody knows what about. */
    private static List<String> rejected(Loaded loaded) {
        List<Finding> errors =
                loaded.findings().stream()
                        .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                        .toList();
        if (errors.isEmpty()) {
            return List.of();
        }
        String more =
                errors.size() == 1
                        ? ""
                        : " (and " + (errors.size() - 1) + " more, see 'services check-policy')";
        return List.of("not counted: " + errors.get(0) + more);
    }

    private static String sentence(String right, String name, String who, Optional<Rule> rule) {
        return rule.map(found -> found + " may " + right + " " + name)
                .orElse("no rule lets " + Printable.of(who) + " " + right + " " + name);
    }

    private static boolean isAbout(Rule rule, String who) {
        Subject subject = rule.subject();
        if (subject instanceof Subject.Bundle bundle) {
            return bundle.symbolicName().equals(who);
        }
        if (subject instanceof Subject.User user) {
            return user.name().equals(who);
        }
        return subject instanceof Subject.Label label && label.context().equals(who);
    }
}
