package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The policy files that features bring are sound together, and name what there is. */
class ShippedPoliciesTest {

    private static final Path BUNDLES = Path.of("..");
    private static final Path POLICIES = Path.of("../../features/policy");

    /** The image has no users of ours, so no rule of the platform is about one. */
    private static final Users NONE = name -> OptionalLong.empty();

    private static Loaded load() throws IOException {
        try (Stream<Path> features = Files.list(POLICIES)) {
            return PolicyLoader.load(features.sorted().toList(), NONE);
        }
    }

    @Test
    void nothingIsToBeMended() throws IOException {
        Loaded loaded = load();

        assertThat(loaded.findings()).isEmpty();
        assertThat(loaded.policies().services()).isNotEmpty();
    }

    @Test
    void eachFileIsAboutTheServiceThatItIsNamedAfter() throws IOException {
        load().policies()
                .services()
                .forEach(
                        (service, policy) ->
                                assertThat(rules(policy))
                                        .extracting(Rule::file)
                                        .allMatch(file -> file.endsWith("/" + service + ".jsonc")));
    }

    @Test
    void eachServiceHasAnOwnerAndOnlyBundlesOfThisTreeAreNamed() throws IOException {
        for (ServicePolicy policy : load().policies().services().values()) {
            assertThat(policy.owner()).isPresent();
            for (Rule rule : rules(policy)) {
                assertThat(rule.subject()).as(rule.toString()).isInstanceOf(Subject.Bundle.class);
                Subject.Bundle bundle = (Subject.Bundle) rule.subject();
                assertThat(BUNDLES.resolve(bundle.symbolicName())).as(rule.toString()).exists();
            }
        }
    }

    private static List<Rule> rules(ServicePolicy policy) {
        return Stream.concat(policy.owner().stream(), policy.requesters().stream()).toList();
    }
}
