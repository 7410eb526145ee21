package io.armature.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppliedSettingsTest {

    @TempDir private Path root;
    private Path settings;
    private Path etc;
    private Path memory;
    private final FakeStore store = new FakeStore();

    @BeforeEach
    void prepare() throws IOException {
        settings =
                Files.writeString(
                        root.resolve("settings"),
                        """
                        armature-settings 1
                        pid\tp\tp\tP
                        setting\tp\tport\tInteger\tone\t8180\t0\t65535\t\tPort
                        setting\tp\tnames\tString\tmany\t\t\t\t\tNames
                        """);
        etc = Files.createDirectory(root.resolve("etc"));
        memory = root.resolve("applied");
    }

    private List<Fault> apply() {
        return new AppliedSettings(settings, etc, memory, store).apply();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(etc.resolve(name), content);
    }

    @Test
    void nothingSetMeansNothingPushed() {
        assertThat(apply()).isEmpty();
        assertThat(store.log).isEmpty();
    }

    @Test
    void onlyWhatDiffersIsPushed() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1, \"names\": [\"x\"]}}");
        assertThat(apply()).isEmpty();
        assertThat(store.log).containsExactly("update p");
        assertThat(apply()).isEmpty();
        Files.delete(memory);
        assertThat(apply()).isEmpty();
        assertThat(store.log).containsExactly("update p");
        write("a.json", "{\"p\": {\"port\": 2, \"names\": [\"x\"]}}");
        apply();
        assertThat(store.log).containsExactly("update p", "update p");
        assertThat(store.own.get("p")).containsEntry("port", 2);
    }

    @Test
    void settingThatIsGoneIsTakenBack() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        apply();
        Files.delete(etc.resolve("a.json"));
        apply();
        assertThat(store.log).containsExactly("update p", "delete p");
    }

    @Test
    void faultsAreRememberedWithoutParsing() throws IOException {
        write("a.json", "{\"p\": {\"port\": 70000}}");
        List<Fault> first = apply();
        assertThat(first).hasSize(1);
        // proof that nothing is parsed: the memory's text is what is returned
        String text = Files.readString(memory);
        Files.writeString(memory, text.replace("is not allowed", "was not allowed"));
        assertThat(apply().get(0).reason()).contains("was not allowed");
    }

    @Test
    void changedSlotChangedFileOrChangedStoreIsAppliedAgain() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        apply();
        store.own.get("p").put("port", 99);
        apply();
        assertThat(store.own.get("p")).containsEntry("port", 1);
        Files.writeString(settings, Files.readString(settings).replace("\t0\t65535", "\t5\t65535"));
        assertThat(apply()).hasSize(1);
        assertThat(store.own).isEmpty();
    }

    @Test
    void damagedMemoryIsNoHarm() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        apply();
        byte[] good = Files.readAllBytes(memory);
        for (int cut = 0; cut < good.length; cut++) {
            Files.write(memory, java.util.Arrays.copyOf(good, cut));
            assertThat(apply()).as("cut at %d", cut).isEmpty();
            assertThat(store.own.get("p")).containsEntry("port", 1);
        }
    }

    @Test
    void storeThatFailsIsAFaultAndNoException() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        store.broken = true;
        assertThat(apply()).hasSize(1);
        store.broken = false;
        assertThat(apply()).isEmpty();
        assertThat(store.own).containsKey("p");
    }

    private SettingsReload reload() throws IOException {
        return new AppliedSettings(settings, etc, memory, store).reload();
    }

    @Test
    void reloadAppliesAndTellsWhatHasChanged() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        apply();
        store.log.clear();
        assertThat(reload().changes()).isEmpty();
        assertThat(store.log).isEmpty();
        write("a.json", "{\"p\": {\"port\": 2, \"names\": [\"x\", \"y\"]}}");
        assertThat(reload().changes())
                .containsExactly(
                        new SettingsReload.Change("p", "names", "", "x,y"),
                        new SettingsReload.Change("p", "port", "1", "2"));
        assertThat(store.log).containsExactly("update p");
        Files.delete(etc.resolve("a.json"));
        assertThat(reload().changes())
                .containsExactly(
                        new SettingsReload.Change("p", "names", "x,y", ""),
                        new SettingsReload.Change("p", "port", "2", "8180"));
        assertThat(store.log).containsExactly("update p", "delete p");
        assertThat(apply()).isEmpty();
        assertThat(store.log).as("the next start has nothing to do").hasSize(2);
    }

    @Test
    void reloadOfABadFileChangesNothing() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        apply();
        store.log.clear();
        for (String bad :
                new String[] {
                    "{\"p\": {\"port\": 70000, \"names\": [\"x\"]}}",
                    "{\"p\": {\"names\": [\"x\"], \"prot\": 1}}",
                    "{\"p\": {\"names\": [\"x\"]}} {",
                    "{\"p\": {\"names\": [\"x\"],"
                }) {
            write("b.json", bad);
            SettingsReload refused = reload();
            assertThat(refused.changes()).isEmpty();
            assertThat(refused.faults())
                    .isNotEmpty()
                    .allSatisfy(fault -> assertThat(fault.subject()).contains("b.json"));
        }
        write("b.json", "{\"p\": {\"port\": 70000}}");
        Files.delete(etc.resolve("a.json"));
        assertThat(reload().faults())
                .singleElement()
                .satisfies(
                        fault -> {
                            assertThat(fault.subject()).isEqualTo("etc/armature/b.json: p/port");
                            assertThat(fault.reason()).contains("70000", "from 0 to 65535");
                        });
        assertThat(store.log).isEmpty();
        assertThat(store.own.get("p")).containsEntry("port", 1);
    }

    @Test
    void reloadMakesGoodWhatAStartRefused() throws IOException {
        write("a.json", "{\"p\": {\"port\": 70000}}");
        assertThat(apply()).hasSize(1);
        write("a.json", "{\"p\": {\"port\": 7000}}");
        assertThat(reload().changes())
                .containsExactly(new SettingsReload.Change("p", "port", "8180", "7000"));
        assertThat(apply()).isEmpty();
    }

    @Test
    void missingSettingsFileIsAFault() throws IOException {
        Files.delete(settings);
        assertThat(apply()).hasSize(1);
    }

    @Test
    void tooManyTooLongAndUnreadableFilesAreFaults() throws IOException {
        write("a.json", "{\"p\": {\"port\": 1}}");
        write("b.json", " ".repeat(EtcFiles.LONGEST_BYTES + 1));
        Files.createDirectory(etc.resolve("c.json"));
        write("README", "not read");
        assertThat(apply())
                .extracting(Fault::subject)
                .containsExactly("etc/armature/b.json", "etc/armature/c.json");
        for (int i = 0; i < EtcFiles.MOST_FILES; i++) {
            write("d" + i + ".json", "{}");
        }
        assertThat(apply()).hasSize(3);
        assertThat(store.own.get("p")).containsEntry("port", 1);
    }

    private static final class FakeStore implements ConfigurationStore {
        private final Map<String, Map<String, Object>> own = new TreeMap<>();
        private final List<String> log = new ArrayList<>();
        private boolean broken;

        @Override
        public Set<String> own() {
            return new HashSet<>(own.keySet());
        }

        @Override
        public Optional<Map<String, Object>> get(String pid) {
            return Optional.ofNullable(own.get(pid));
        }

        @Override
        public void update(String pid, Map<String, Object> properties) throws IOException {
            if (broken) {
                throw new IOException("disk full");
            }
            log.add("update " + pid);
            own.put(pid, new TreeMap<>(properties));
        }

        @Override
        public void delete(String pid) {
            log.add("delete " + pid);
            own.remove(pid);
        }
    }
}
