package io.armature.services.policy;

import io.armature.services.policy.Finding.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What policy directories hold.
 *
 * @param policies all accepted files together
 * @param findings in the order of reading; empty if there is nothing to mend
 */
public record Loaded(Policies policies, List<Finding> findings) {

    /** Copies the list. */
    public Loaded {
        findings = List.copyOf(findings);
    }

    /** Whether every file was accepted and no two name an owner of the same service. */
    public boolean sound() {
        return findings.stream().allMatch(finding -> finding.severity() == Severity.WARNING);
    }

    /**
     * The findings that forbid to put these policies in the place of others while the device runs:
     * every error, and conflicts that the others do not have.
     */
    public List<Finding> obstacles(Loaded inForce) {
        Set<String> known = new HashSet<>();
        for (Finding finding : inForce.findings) {
            finding.service().ifPresent(service -> known.add(finding.file() + '\n' + service));
        }
        return findings.stream()
                .filter(finding -> finding.severity() != Severity.WARNING)
                .filter(
                        finding ->
                                finding.service()
                                        .map(name -> !known.contains(finding.file() + '\n' + name))
                                        .orElse(true))
                .toList();
    }
}
