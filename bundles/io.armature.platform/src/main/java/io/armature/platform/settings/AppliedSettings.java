package io.armature.platform.settings;

import io.armature.platform.api.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings the store to what slot and {@code etc} ask for, changing only what differs.
 *
 * <p>What was applied is remembered in the cache with a digest of all that went in and of what the
 * store held afterwards. As long as both are the same, nothing is parsed.
 */
final class AppliedSettings {

    private static final String FIRST_LINE = "armature-applied 1";

    private final Path slotSettings;
    private final Path etc;
    private final Path memory;
    private final ConfigurationStore store;

    AppliedSettings(Path slotSettings, Path etc, Path memory, ConfigurationStore store) {
        this.slotSettings = slotSettings;
        this.etc = etc;
        this.memory = memory;
        this.store = store;
    }

    /** Applies and returns what is wrong. */
    List<Fault> apply() {
        try {
            EtcFiles files = EtcFiles.read(etc);
            byte[] settings =
                    Files.exists(slotSettings) ? Files.readAllBytes(slotSettings) : new byte[0];
            String inputs = inputDigest(settings, files);
            List<Fault> remembered = remembered(inputs);
            if (remembered != null) {
                return remembered;
            }
            Verdict verdict = files.check(Catalogue.read(slotSettings));
            push(verdict.wanted());
            remember(inputs, verdict.faults());
            return verdict.faults();
        } catch (IOException e) {
            return List.of(
                    new Fault(
                            "configuration",
                            etc.toString(),
                            "could not be applied (" + e + "); earlier settings are used"));
        }
    }

    /**
     * Reads the files again and applies them if nothing is wrong with any of them.
     *
     * @throws IOException if the store fails; some of it may be applied then
     */
    SettingsReload reload() throws IOException {
        EtcFiles files = EtcFiles.read(etc);
        byte[] settings =
                Files.exists(slotSettings) ? Files.readAllBytes(slotSettings) : new byte[0];
        Catalogue catalogue = Catalogue.read(slotSettings);
        Verdict verdict = files.check(catalogue);
        if (!verdict.faults().isEmpty()) {
            return new SettingsReload(verdict.faults(), List.of());
        }
        List<SettingsReload.Change> changes = changes(catalogue, verdict.wanted());
        push(verdict.wanted());
        List<Fault> faults = new ArrayList<>();
        remember(inputDigest(settings, files), faults);
        return new SettingsReload(List.of(), changes);
    }

    private List<SettingsReload.Change> changes(
            Catalogue catalogue, Map<String, Map<String, Object>> wanted) throws IOException {
        Set<String> pids = new TreeSet<>(store.own());
        pids.addAll(wanted.keySet());
        List<SettingsReload.Change> changes = new ArrayList<>();
        for (String pid : pids) {
            Map<String, Object> before = store.get(pid).orElse(Map.of());
            Map<String, Object> now = wanted.getOrDefault(pid, Map.of());
            for (Setting setting : catalogue.settings().getOrDefault(pid, Map.of()).values()) {
                Object old = before.get(setting.id());
                Object next = now.get(setting.id());
                if (!Arrays.deepEquals(new Object[] {old}, new Object[] {next})) {
                    changes.add(
                            new SettingsReload.Change(
                                    pid,
                                    setting.key(),
                                    SettingsCheck.text(setting, old),
                                    SettingsCheck.text(setting, next)));
                }
            }
        }
        return changes;
    }

    private void push(Map<String, Map<String, Object>> wanted) throws IOException {
        for (String pid : store.own()) {
            if (!wanted.containsKey(pid)) {
                store.delete(pid);
            }
        }
        for (Map.Entry<String, Map<String, Object>> entry : wanted.entrySet()) {
            String held = store.get(entry.getKey()).map(AppliedSettings::text).orElse(null);
            if (!text(entry.getValue()).equals(held)) {
                store.update(entry.getKey(), entry.getValue());
            }
        }
    }

    /** A text that is equal for equal properties only; keys are sorted. */
    private static String text(Map<String, Object> properties) {
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (key, value) ->
                        text.append(key)
                                .append('\u0001')
                                .append(value.getClass().getSimpleName())
                                .append('\u0001')
                                .append(Arrays.deepToString(new Object[] {value}))
                                .append('\u0002'));
        return text.toString();
    }

    private static String inputDigest(byte[] settings, EtcFiles files) {
        MessageDigest digest = sha256();
        digest.update(settings);
        files.contents()
                .forEach(
                        (name, content) -> {
                            digest.update(
                                    ("\0" + name + "\0" + content.length + "\0")
                                            .getBytes(StandardCharsets.UTF_8));
                            digest.update(content);
                        });
        files.faults().forEach(f -> digest.update(f.toString().getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private String storeDigest() throws IOException {
        MessageDigest digest = sha256();
        Set<String> own = new TreeSet<>(store.own());
        for (String pid : own) {
            String text = store.get(pid).map(AppliedSettings::text).orElse("");
            digest.update((pid + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private List<Fault> remembered(String inputs) throws IOException {
        if (!Files.exists(memory)) {
            return null;
        }
        List<String> lines = Files.readString(memory, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 3
                || !lines.get(0).equals(FIRST_LINE)
                || !lines.get(1).equals(inputs)
                || !lines.get(2).equals(storeDigest())) {
            return null;
        }
        List<Fault> faults = new ArrayList<>();
        for (String line : lines.subList(3, lines.size())) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 2) {
                return null;
            }
            faults.add(new Fault("configuration", fields[0], fields[1]));
        }
        return faults;
    }

    /** A cache: an interrupted write leaves something that does not match. */
    private void remember(String inputs, List<Fault> faults) {
        try {
            StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
            text.append(inputs).append('\n').append(storeDigest()).append('\n');
            for (Fault fault : faults) {
                text.append(plain(fault.subject())).append('\t').append(plain(fault.reason()));
                text.append('\n');
            }
            Files.writeString(memory, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            // the next start parses again
            faults.add(new Fault("configuration", memory.toString(), "cannot be written: " + e));
        }
    }

    private static String plain(String text) {
        return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
    }
}
