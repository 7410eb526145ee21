package io.armature.reporting.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Internal;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages against tables that were written from the specification, not from the code. */
class FieldNumbersTest {

    private static final String PACKAGE = "io.armature.reporting.proto.";
    private static final String SUFFIX = "_FIELD_NUMBER";

    @Test
    void fieldsHaveTheNumbersAndTypesOfTheSpecification() throws Exception {
        for (Map.Entry<String, List<String>> message : table("fields.txt").entrySet()) {
            assertThat(fields(Class.forName(PACKAGE + message.getKey())))
                    .as(message.getKey())
                    .containsExactlyInAnyOrderElementsOf(message.getValue());
        }
    }

    @Test
    void enumsHaveTheNumbersOfTheSpecification() throws Exception {
        Map<String, List<String>> enums = table("enums.txt");
        assertThat(numbers(Priority.values())).isEqualTo(enums.get("Priority"));
        assertThat(numbers(Destination.values())).isEqualTo(enums.get("Destination"));
        assertThat(numbers(SourceInfo.Source.values()))
                .containsExactly("SOURCE_UNSPECIFIED=0", "ASH=1", "LACROS=2");
        assertThat(numbers(CompressionInformation.CompressionAlgorithm.values()))
                .containsExactly("COMPRESSION_NONE=0", "COMPRESSION_SNAPPY=1");
    }

    @Test
    void defaultsAreThoseOfTheSpecification() {
        assertThat(FlushPriorityRequest.getDefaultInstance().getPriority())
                .isEqualTo(Priority.MANUAL_BATCH);
        assertThat(UploadSettings.getDefaultInstance().getRetryCount()).isEqualTo(3);
    }

    @Test
    void unknownFieldsAreKept() throws Exception {
        byte[] bytes = {(byte) 0xfa, 0x7f, 1, 'x'}; // field 2047, one byte
        assertThat(Record.parseFrom(bytes).toByteArray()).isEqualTo(bytes);
        assertThat(Record.parseFrom(bytes).getData()).isEqualTo(ByteString.EMPTY);
    }

    private static List<String> fields(Class<?> message) throws ReflectiveOperationException {
        List<String> fields = new ArrayList<>();
        for (Field constant : message.getFields()) {
            if (constant.getName().endsWith(SUFFIX)) {
                String name = constant.getName().replace(SUFFIX, "").toLowerCase(Locale.ROOT);
                fields.add(name + "=" + constant.getInt(null) + " " + type(message, name));
            }
        }
        return fields;
    }

    private static String type(Class<?> message, String name) throws NoSuchMethodException {
        StringBuilder getter = new StringBuilder("get");
        for (String word : name.split("_")) {
            getter.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        boolean repeated =
                Stream.of(message.getMethods()).anyMatch(m -> m.getName().equals(getter + "List"));
        return message.getMethod(repeated ? getter + "List" : getter.toString())
                .getReturnType()
                .getSimpleName();
    }

    private static <E extends Enum<E> & Internal.EnumLite> List<String> numbers(E[] values) {
        return Stream.of(values).map(value -> value.name() + "=" + value.getNumber()).toList();
    }

    /** Names with the indented lines that follow them. */
    private static Map<String, List<String>> table(String resource) throws IOException {
        Map<String, List<String>> table = new LinkedHashMap<>();
        List<String> entries = List.of();
        try (InputStream in = FieldNumbersTest.class.getResourceAsStream(resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (line.startsWith(" ")) {
                    entries.add(line.strip());
                } else {
                    entries = new ArrayList<>();
                    table.put(line, entries);
                }
            }
        }
        return table;
    }
}
