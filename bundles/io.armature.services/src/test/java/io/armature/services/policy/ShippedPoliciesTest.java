package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The policy files that features bring are sound together, and name what there is. */
class ShippedPoliciesTest {

    private static final Path BUNDLES = Path.of("..");
    private static final Path POLICIES = Path.of("../../features/policy");

    /** The image has no users of ours, so no rule of the platform is about one. */
    private static final Users NONE = name -> OptionalLong.empty();

    /** Features that own the same service: an image has one of them. */
    private static final Set<String> UPLOADERS =
            Set.of("reporting-mqtt", "reporting-dbus-uploader");

    private static Loaded load(String uploader) throws IOException {
        try (Stream<Path> features = Files.list(POLICIES)) {
            return PolicyLoader.load(
                    features.filter(
                                    feature -> {
                                        String name = feature.getFileName().toString();
                                        return name.equals(uploader) || !UPLOADERS.contains(name);
                                    })
                            .sorted()
                            .toList(),
                    NONE);
        }
    }

    private static Loaded load() throws IOException {
        return load("reporting-mqtt");
    }

    @Test
    void nothingIsToBeMendedWhicheverUploaderThereIs() throws IOException {
        for (String uploader : UPLOADERS) {
            Loaded loaded = load(uploader);

            assertThat(loaded.findings()).isEmpty();
            assertThat(loaded.policies().of("Uploader")).as(uploader).isPresent();
        }
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
        List<ServicePolicy> all = new ArrayList<>(load().policies().services().values());
        all.addAll(load("reporting-dbus-uploader").policies().services().values());
        for (ServicePolicy policy : all) {
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
