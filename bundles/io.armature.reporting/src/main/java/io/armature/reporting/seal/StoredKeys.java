package io.armature.reporting.seal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivered keys on disk: {@code EncryptionKey.<n>}, each a serialized SignedEncryptionInfo,
 * the highest n the newest. Files of other names are none of its business. Not thread-safe.
 */
final class StoredKeys {

    private static final Logger log = LoggerFactory.getLogger(StoredKeys.class);

    /** A key file holds 1 to this many bytes. */
    static final int LIMIT_BYTES = 255;

    private static final Pattern NAME = Pattern.compile("EncryptionKey\\.(0|[1-9][0-9]{0,17})");

    /**
     * A file that has a key's name.
     *
     * @param key not yet verified; none if the file cannot be one
     */
    record Candidate(long number, String name, Optional<SignedEncryptionInfo> key) {}

    private final KeyFiles files;
    private long lastNumber = -1;

    StoredKeys(KeyFiles files) {
        this.files = files;
    }

    /** All candidates, newest first. */
    List<Candidate> read() throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        for (String name : files.names()) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                long number = Long.parseLong(matcher.group(1));
                lastNumber = Math.max(lastNumber, number);
                candidates.add(new Candidate(number, name, readKey(name)));
            }
        }
        candidates.sort(Comparator.comparingLong(Candidate::number).reversed());
        return candidates;
    }

    /** Stores a key under a number above any seen, then deletes the older ones. */
    void store(SignedEncryptionInfo key) throws IOException {
        String name = "EncryptionKey." + (lastNumber + 1);
        files.replace(name, key.toByteArray());
        lastNumber++;
        for (String other : files.names()) {
            if (!other.equals(name) && NAME.matcher(other).matches()) {
                delete(other);
            }
        }
    }

    /** Removes every candidate but one: keys are deleted, what is none is set aside. */
    void keepOnly(Optional<Candidate> chosen, List<Candidate> candidates, List<Candidate> bad) {
        for (Candidate candidate : candidates) {
            if (chosen.filter(candidate::equals).isPresent()) {
                continue;
            }
            if (candidate.key().isEmpty() || bad.contains(candidate)) {
                setAside(candidate.name());
            } else {
                delete(candidate.name());
            }
        }
    }

    static SignedEncryptionInfo parse(byte[] content) throws InvalidProtocolBufferException {
        if (content.length == 0) {
            throw new InvalidProtocolBufferException("empty");
        }
        return SignedEncryptionInfo.parseFrom(content);
    }

    private Optional<SignedEncryptionInfo> readKey(String name) {
        try {
            return Optional.of(parse(files.read(name, LIMIT_BYTES)));
        } catch (IOException e) {
            log.warn("not a key file name={} reason={}", name, e.getMessage());
            return Optional.empty();
        }
    }

    private void delete(String name) {
        try {
            files.delete(name);
        } catch (IOException e) {
            // It stays behind; the next start or delivery tries again.
            log.warn("old key stays name={} reason={}", name, e.getMessage());
        }
    }

    private void setAside(String name) {
        try {
            files.setAside(name);
        } catch (IOException e) {
            log.warn("bad key stays name={} reason={}", name, e.getMessage());
        }
    }
}
