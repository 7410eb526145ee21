package io.armature.composer;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What policy files of features grant to bundles; processes are none of the build's business.
 *
 * @param owning what bundles may own
 * @param requesting what bundles may request
 * @param naming a file for each service that it names, whoever it grants it to
 */
record Grants(List<Grant> owning, List<Grant> requesting, Set<Naming> naming) {

    /**
     * A grant.
     *
     * @param file feature and name of the policy file
     */
    record Grant(String bundle, String service, String file) {

        boolean is(String asking, String name) {
            return bundle.equals(asking) && service.equals(name);
        }
    }

    /** A file that names a service. */
    record Naming(String service, String file) implements Comparable<Naming> {
        @Override
        public int compareTo(Naming other) {
            int byService = service.compareTo(other.service);
            return byService == 0 ? file.compareTo(other.file) : byService;
        }
    }

    private static final ObjectMapper DIALECT =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .build();

    static Grants of(List<Feature> features) throws CompositionException {
        Grants grants = new Grants(new ArrayList<>(), new ArrayList<>(), new TreeSet<>());
        for (Feature feature : features) {
            for (Path policy : feature.policies()) {
                grants.read(policy, feature.name() + "/" + policy.getFileName());
            }
        }
        return grants;
    }

    private void read(Path policy, String file) throws CompositionException {
        try {
            for (JsonNode rule : DIALECT.readTree(Files.readString(policy))) {
                add(rule, "own", file, owning);
                add(rule, "request", file, requesting);
            }
        } catch (IOException e) {
            throw new CompositionException(
                    "Policy file %s cannot be read: %s.".formatted(file, e.getMessage()));
        }
    }

    private void add(JsonNode rule, String key, String file, List<Grant> grants) {
        for (JsonNode name : rule.path(key)) {
            naming.add(new Naming(name.asText(), file));
            if (rule.has("bundle")) {
                grants.add(new Grant(rule.get("bundle").asText(), name.asText(), file));
            }
        }
    }

    boolean names(String service) {
        return naming.stream().anyMatch(one -> one.service().equals(service));
    }

    /** Where a grant for the service belongs, as the end of a sentence. */
    String place(String service) {
        return naming.stream()
                .filter(one -> one.service().equals(service))
                .findFirst()
                .map(one -> one.file() + " is the file that names " + service + ".")
                .orElse("no file names " + service + ".");
    }
}
