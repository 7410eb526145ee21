package io.armature.platform.settings;

import io.armature.platform.api.Fault;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What must be true of the reader of {@code etc/armature/*.json} whatever the files hold. The
 * fuzzer calls it by its name.
 *
 * <p>An input is a file, or two with a zero byte between them.
 */
public final class SettingsTarget {

    private static final Catalogue CATALOGUE =
            Catalogue.of(
                    String.join(
                            "\n",
                            "armature-settings 1",
                            "setting\tp\tport\tInteger\tone\t8080\t0\t65535\t\tPort",
                            "setting\tp\tflag\tBoolean\tone\tfalse\t\t\t\tFlag",
                            "setting\tp\tname.text\tString\tone\tx\t1\t8\t\tName",
                            "setting\tp\tshare\tDouble\tone\t0.5\t0\t1\t\tShare",
                            "setting\tp\tword\tString\tone\ta\t\t\ta,b\tWord",
                            "setting\tq\tsizes\tLong\tmany\t1\t0\t9\t\tSizes",
                            "setting\tq\tletter\tCharacter\tone\tx\t\t\t\tLetter",
                            "setting\tq\tsecret\tPassword\tone\t\t\t\t\tSecret",
                            "feature\tp\tport\t9090\tcore",
                            ""));

    private SettingsTarget() {}

    /** Reads; fails if a value is lost, made up or used although it is not allowed. */
    public static void fuzzerTestOneInput(byte[] input) {
        JsonFiles reader = new JsonFiles();
        List<GivenValue> model = new ArrayList<>();
        boolean whole = true;
        for (byte[] content : files(input)) {
            String name = model.size() + ".json";
            int faults = reader.faults().size();
            int values = reader.values().size();
            reader.read(name, content);
            Optional<List<GivenValue>> given = SettingsModel.values(name, content);
            List<GivenValue> read = reader.values().subList(values, reader.values().size());
            boolean faultless = reader.faults().size() == faults;
            require(
                    given.isEmpty() || faultless && given.get().equals(read),
                    () -> "read " + read + ", but the model " + given + " " + reader.faults());
            whole &= given.isPresent();
        }
        reader.faults().forEach(SettingsTarget::check);
        Verdict verdict = Verdict.of(CATALOGUE, reader.values(), reader.faults());
        verdict.faults().forEach(SettingsTarget::check);
        verdict.wanted().forEach((pid, values) -> check(pid, values));
        require(
                !whole || verdict.faults().size() <= reader.values().size(),
                () -> "more faults than values: " + verdict.faults());
    }

    private static List<byte[]> files(byte[] input) {
        for (int i = 0; i < input.length; i++) {
            if (input[i] == 0) {
                return List.of(
                        Arrays.copyOf(input, i), Arrays.copyOfRange(input, i + 1, input.length));
            }
        }
        return List.of(input);
    }

    /** Only what is declared and allowed gets further, whoever wrote it. */
    private static void check(String pid, Map<String, Object> values) {
        values.forEach(
                (id, value) -> {
                    Setting setting = CATALOGUE.settings().get(pid).get(id.replace('.', '_'));
                    require(setting.id().equals(id), () -> "undeclared " + id);
                    require(value.getClass().isArray() == setting.many(), () -> "list " + id);
                    int length = setting.many() ? Array.getLength(value) : 1;
                    for (int i = 0; i < length; i++) {
                        Object one = setting.many() ? Array.get(value, i) : value;
                        require(allowed(setting, one), () -> pid + "/" + id + "=" + one);
                    }
                });
    }

    private static boolean allowed(Setting setting, Object value) {
        return switch (setting.id()) {
            case "port" -> value instanceof Integer port && port >= 0 && port <= 65_535;
            case "flag" -> value instanceof Boolean;
            case "name.text" ->
                    value instanceof String text && !text.isEmpty() && text.length() < 9;
            case "share" -> value instanceof Double share && share >= 0 && share <= 1;
            case "word" -> value.equals("a") || value.equals("b");
            case "sizes" -> value instanceof Long size && size >= 0 && size <= 9;
            case "letter" -> value instanceof Character;
            case "secret" -> value instanceof String;
            default -> false;
        };
    }

    private static void check(Fault fault) {
        require(fault.subject().startsWith("etc/armature/"), () -> "subject " + fault.subject());
        require(!fault.reason().isBlank(), () -> "no reason");
        require(fault.reason().length() < 4_000, () -> "a reason of " + fault.reason().length());
    }

    private static void require(boolean fact, Supplier<String> text) {
        if (!fact) {
            throw new AssertionError(text.get());
        }
    }
}
