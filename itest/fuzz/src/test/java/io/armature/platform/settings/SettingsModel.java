package io.armature.platform.settings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.armature.platform.settings.GivenValue.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of a file, found over the tree of a JSON library. */
final class SettingsModel {

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(8)
                                                    .maxNumberLength(64)
                                                    .build())
                                    .build())
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private SettingsModel() {}

    /** None if the file is not of the form, or has numbers or names that a tree does not keep. */
    static Optional<List<GivenValue>> values(String file, byte[] content) {
        JsonNode root;
        try {
            // The library finds names again by their bytes, and some that are no UTF-8 by mistake.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            root = MAPPER.readTree(content);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (root == null || !root.isObject()) {
            return Optional.empty();
        }
        List<GivenValue> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> pid : root.properties()) {
            if (!pid.getValue().isObject()) {
                return Optional.empty();
            }
            for (Map.Entry<String, JsonNode> one : pid.getValue().properties()) {
                if (hasFraction(one.getValue())) {
                    return Optional.empty();
                }
                all.add(value(file, pid.getKey(), one.getKey(), one.getValue()));
            }
        }
        return Optional.of(all);
    }

    /** The tree writes these in another way than the file. */
    private static boolean hasFraction(JsonNode value) {
        boolean any =
                value.isFloatingPointNumber() || value.isNumber() && value.asText().equals("0");
        for (JsonNode element : value) {
            any |= hasFraction(element);
        }
        return any;
    }

    private static GivenValue value(String file, String pid, String key, JsonNode value) {
        if (!value.isArray()) {
            return new GivenValue(file, pid, key, List.of(text(value)), kind(value));
        }
        List<String> texts = new ArrayList<>();
        List<Kind> kinds = new ArrayList<>();
        for (JsonNode element : value) {
            kinds.add(element.isArray() ? Kind.OTHER : kind(element));
            if (!element.isArray()) {
                texts.add(text(element));
            }
        }
        return new GivenValue(file, pid, key, texts, ofList(kinds));
    }

    private static Kind ofList(List<Kind> kinds) {
        if (kinds.isEmpty()) {
            return Kind.EMPTY_LIST;
        }
        return kinds.stream().distinct().count() > 1
                ? Kind.OTHER
                : switch (kinds.get(0)) {
                    case TEXT -> Kind.TEXT_LIST;
                    case NUMBER -> Kind.NUMBER_LIST;
                    case BOOLEAN -> Kind.BOOLEAN_LIST;
                    default -> Kind.OTHER;
                };
    }

    private static Kind kind(JsonNode value) {
        if (value.isTextual()) {
            return Kind.TEXT;
        }
        return value.isNumber() ? Kind.NUMBER : value.isBoolean() ? Kind.BOOLEAN : Kind.OTHER;
    }

    private static String text(JsonNode value) {
        return value.isNull() ? "null" : value.isContainerNode() ? "{...}" : value.asText();
    }
}
