package io.armature.services.policy;

/**
 * One grant of one file.
 *
 * @param subject to whom
 * @param file where it stands, as people know the path
 * @param line first is 1
 */
public record Rule(Subject subject, String file, int line) {

    @Override
    public String toString() {
        return subject + " (" + file + ":" + line + ")";
    }
}
