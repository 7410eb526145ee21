package io.armature.backend.reporting.audit;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.RecordStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Why the statements of a device are believed.
 *
 * @param firstUse when its own key came with its first statement; none if enrolment made the key
 */
public record CountersKey(String device, Optional<String> firstUse) {

    /** The devices of which a key is known, by their ids. */
    public static List<CountersKey> of(RecordStorage storage, Optional<String> device)
            throws IOException {
        List<CountersKey> keys = new ArrayList<>();
        Set<String> devices =
                device.isPresent() ? Set.of(device.get()) : new TreeSet<>(storage.notedDevices());
        for (String one : devices) {
            Map<String, ByteString> notes = storage.noted(one);
            if (!notes.getOrDefault(Statement.KEY_NOTE, ByteString.EMPTY).isEmpty()) {
                String when =
                        notes.getOrDefault(Statement.FIRST_USE_NOTE, ByteString.EMPTY)
                                .toStringUtf8();
                keys.add(
                        new CountersKey(
                                one, when.isEmpty() ? Optional.empty() : Optional.of(when)));
            }
        }
        return keys;
    }
}
