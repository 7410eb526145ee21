package io.armature.services.policy;

import io.armature.services.policy.Finding.Severity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What must be true of the policy reader whatever it reads. The fuzzer calls it by its name. */
public final class PolicyTarget {

    private static final Set<String> NAMES = Set.of("root", "a", "thermald");

    private static final Users USERS =
            name -> NAMES.contains(name) ? OptionalLong.of(name.length()) : OptionalLong.empty();

    private PolicyTarget() {}

    /** Reads the content; fails if the reader and the model differ. */
    public static void fuzzerTestOneInput(byte[] content) {
        PolicyFile read = PolicyLoader.read("f", content, USERS);

        Optional<List<String>> model = PolicyModel.grants(content, NAMES);
        Optional<List<String>> grants =
                read.rejected()
                        ? Optional.empty()
                        : Optional.of(read.grants().stream().map(PolicyTarget::text).toList());
        if (!grants.equals(model)) {
            throw new AssertionError(read.findings() + " " + grants + ", but the model " + model);
        }
        if (read.rejected() && !read.grants().isEmpty()) {
            throw new AssertionError("rejected, but grants " + read.grants());
        }
        for (int i = 0; i < read.findings().size(); i++) {
            check(read.findings().get(i), i == read.findings().size() - 1, content.length);
        }
    }

    private static String text(Grant grant) {
        return grant.right() + " " + grant.service() + " " + grant.rule().subject();
    }

    private static void check(Finding finding, boolean last, int length) {
        boolean place =
                finding.line() >= 1
                        && finding.column() >= 1
                        && finding.line() + finding.column() <= length + 2;
        boolean severity = finding.severity() == Severity.WARNING || last;
        String text = finding.toString();
        boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
        if (!place || !severity || !printable || text.length() > 400) {
            throw new AssertionError("finding " + finding + " of " + length + " bytes");
        }
    }
}
