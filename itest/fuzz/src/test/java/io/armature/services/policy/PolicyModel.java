package io.armature.services.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules for policy files once more, over a tree that a library has read: slow, without places
 * and reasons, and written from the format's page alone.
 */
final class PolicyModel {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final Pattern BUNDLE = Pattern.compile("[\\w-]+(\\.[\\w-]+)*");
    private static final Pattern GUEST = Pattern.compile("vm:[a-z0-9_]+");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_:]+");
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9]{1,255}");
    private static final Set<String> SUBJECTS = Set.of("user", "identity", "bundle");

    private final Set<String> users;
    private final Set<String> owned = new HashSet<>();
    private final List<String> grants = new ArrayList<>();

    private PolicyModel(Set<String> users) {
        this.users = users;
    }

    /** Every grant as {@code RIGHT service kind name}, in order; empty if the file is rejected. */
    static Optional<List<String>> grants(byte[] content, Set<String> users) {
        JsonNode tree;
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            tree = MAPPER.readTree(text);
        } catch (CharacterCodingException | JsonProcessingException e) {
            return Optional.empty();
        }
        PolicyModel model = new PolicyModel(users);
        return model.array(tree) ? Optional.of(model.grants) : Optional.empty();
    }

    private boolean array(JsonNode tree) {
        if (!tree.isArray()) {
            return false;
        }
        for (JsonNode object : tree) {
            if (!object.isObject() || !object(object)) {
                return false;
            }
        }
        return true;
    }

    private boolean object(JsonNode object) {
        List<String> subjects = new ArrayList<>();
        for (var keys = object.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (SUBJECTS.contains(key)) {
                subjects.add(key);
            } else if (!key.equals("own") && !key.equals("request")) {
                return false;
            }
        }
        if (subjects.size() != 1 || !object.get(subjects.get(0)).isTextual()) {
            return false;
        }
        String kind = subjects.get(0);
        String name = object.get(kind).textValue();
        return isSubject(kind, name)
                && names("OWN", object.path("own"), kind, name)
                && names("REQUEST", object.path("request"), kind, name);
    }

    private boolean isSubject(String kind, String name) {
        if (kind.equals("user")) {
            return users.contains(name);
        }
        if (kind.equals("bundle")) {
            return BUNDLE.matcher(name).matches();
        }
        return name.startsWith("vm:") ? GUEST.matcher(name).matches() : isLower(name);
    }

    private static boolean isLower(String name) {
        return LABEL.matcher(name).matches();
    }

    private boolean names(String right, JsonNode names, String kind, String name) {
        if (names.isMissingNode()) {
            return true;
        }
        if (!names.isArray()) {
            return false;
        }
        for (JsonNode service : names) {
            boolean own = right.equals("OWN");
            if (!service.isTextual()
                    || !SERVICE.matcher(service.textValue()).matches()
                    || own && name.startsWith("vm:") && kind.equals("identity")
                    || own && !owned.add(service.textValue())) {
                return false;
            }
            grants.add(right + " " + service.textValue() + " " + kind + " " + name);
        }
        return true;
    }
}
