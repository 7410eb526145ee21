package io.armature.composer;

import java.util.regex.Pattern;

/**
 * An artifact of type jar by exact version.
 *
 * @param group Maven group id
 * @param artifact Maven artifact id
 * @param version exact version, never a range
 */
record Coordinates(String group, String artifact, String version)
        implements Comparable<Coordinates> {

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._+-]+");

    private static final String OWN_GROUP = "io.armature";

    Coordinates {
        for (String part : new String[] {group, artifact, version}) {
            if (!PART.matcher(part).matches()) {
                throw new IllegalArgumentException("not a part of coordinates: '" + part + "'");
            }
        }
    }

    /** Reads {@code group:artifact:version}. */
    static Coordinates parse(String text) throws CompositionException {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new CompositionException(
                    "'" + text + "' is not an artifact: write group:artifact:version.");
        }
        for (String part : parts) {
            if (!PART.matcher(part).matches()) {
                throw new CompositionException(
                        "'" + text + "' is not an artifact: '" + part + "' is no exact name.");
            }
        }
        return new Coordinates(parts[0], parts[1], parts[2]);
    }

    /** Whether this workspace builds it. */
    boolean own() {
        return OWN_GROUP.equals(group);
    }

    String fileName() {
        return artifact + "-" + version + ".jar";
    }

    @Override
    public int compareTo(Coordinates other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return group + ":" + artifact + ":" + version;
    }
}
