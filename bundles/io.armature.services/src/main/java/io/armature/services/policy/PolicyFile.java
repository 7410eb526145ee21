package io.armature.services.policy;

import io.armature.services.policy.Finding.Severity;
import java.util.List;

/**
 * One file as read. A file with an error grants nothing.
 *
 * @param grants in the order of the file
 * @param findings warnings, or at the end the one error that rejects the file
 */
record PolicyFile(List<Grant> grants, List<Finding> findings) {

    PolicyFile {
        grants = List.copyOf(grants);
        findings = List.copyOf(findings);
    }

    boolean rejected() {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }
}
