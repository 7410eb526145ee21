package io.armature.composer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Strict access to a JSON object of a file: what is not expected is refused by name. */
final class JsonFile {

    private final String file;
    private final String where;
    private final JsonNode node;

    private JsonFile(String file, String where, JsonNode node) throws CompositionException {
        this.file = file;
        this.where = where;
        this.node = node;
        if (!node.isObject()) {
            throw fault(where, "must be an object");
        }
    }

    static JsonFile read(Path path) throws CompositionException {
        String file = path.getFileName().toString();
        ObjectMapper mapper =
                new ObjectMapper()
                        .enable(JsonParser.Feature.ALLOW_COMMENTS)
                        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try {
            return new JsonFile(file, "", mapper.readTree(Files.readString(path)));
        } catch (JsonProcessingException e) {
            throw new CompositionException(
                    file
                            + " is not JSON: line "
                            + e.getLocation().getLineNr()
                            + ", "
                            + e.getOriginalMessage()
                            + ".");
        } catch (IOException e) {
            throw new CompositionException(file + " cannot be read: " + e.getMessage() + ".");
        }
    }

    CompositionException fault(String key, String what) {
        String place = key.isEmpty() ? "the whole" : "'" + key + "'";
        return new CompositionException(file + ": " + place + " " + what + ".");
    }

    private String path(String key) {
        return where.isEmpty() ? key : where + "/" + key;
    }

    /** Refuses every key that is not among {@code known}. */
    void only(String... known) throws CompositionException {
        Set<String> names = Set.of(known);
        for (String key : keys()) {
            if (!names.contains(key)) {
                throw fault(path(key), "is not known here");
            }
        }
    }

    List<String> keys() {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    boolean has(String key) {
        return node.has(key);
    }

    String text(String key) throws CompositionException {
        JsonNode value = node.path(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw fault(path(key), "must be a text");
        }
        return value.textValue();
    }

    int integer(String key) throws CompositionException {
        JsonNode value = node.path(key);
        if (!value.isInt() || value.intValue() < 0) {
            throw fault(path(key), "must be a whole number from 0");
        }
        return value.intValue();
    }

    /** A boolean; false where there is none. */
    boolean flag(String key) throws CompositionException {
        JsonNode value = node.path(key);
        if (!value.isBoolean() && !value.isMissingNode()) {
            throw fault(path(key), "must be true or false");
        }
        return value.booleanValue();
    }

    List<String> texts(String key) throws CompositionException {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : array(key)) {
            if (!value.isTextual()) {
                throw fault(path(key), "must hold texts only");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    List<JsonFile> objects(String key) throws CompositionException {
        List<JsonFile> objects = new ArrayList<>();
        int index = 0;
        for (JsonNode value : array(key)) {
            objects.add(new JsonFile(file, path(key) + "/" + index++, value));
        }
        return objects;
    }

    /** The object at {@code key}; an empty one where there is none. */
    JsonFile object(String key) throws CompositionException {
        JsonNode value = node.path(key);
        return new JsonFile(
                file,
                path(key),
                value.isMissingNode() ? new ObjectMapper().createObjectNode() : value);
    }

    Map<String, String> textMap(String key) throws CompositionException {
        JsonFile object = object(key);
        Map<String, String> map = new LinkedHashMap<>();
        for (String name : object.keys()) {
            map.put(name, object.text(name));
        }
        return map;
    }

    Map<String, Integer> integerMap(String key) throws CompositionException {
        JsonFile object = object(key);
        Map<String, Integer> map = new LinkedHashMap<>();
        for (String name : object.keys()) {
            map.put(name, object.integer(name));
        }
        return map;
    }

    /** Settings by PID and key: numbers, booleans, texts, and arrays of texts. */
    Map<String, Map<String, Object>> configurations(String key) throws CompositionException {
        JsonFile pids = object(key);
        Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
        for (String pid : pids.keys()) {
            JsonFile settings = pids.object(pid);
            Map<String, Object> values = new LinkedHashMap<>();
            for (String name : settings.keys()) {
                values.put(name, settings.value(name));
            }
            configurations.put(pid, values);
        }
        return configurations;
    }

    private Object value(String key) throws CompositionException {
        JsonNode value = node.path(key);
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isNumber()) {
            return value.doubleValue();
        }
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isArray()) {
            return texts(key);
        }
        throw fault(path(key), "must be a number, a boolean, a text or an array of texts");
    }

    private JsonNode array(String key) throws CompositionException {
        JsonNode value = node.path(key);
        if (!value.isArray() && !value.isMissingNode()) {
            throw fault(path(key), "must be an array");
        }
        return value;
    }
}
