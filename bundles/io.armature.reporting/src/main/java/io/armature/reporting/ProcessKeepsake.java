package io.armature.reporting;

import java.nio.file.Path;
import java.util.Optional;

/** Kept in a property of the process, since nothing else of it outlives a bundle's classes. */
final class ProcessKeepsake implements Keepsake {

    private final String name;

    /**
     * @param root of the spool that it is for
     */
    ProcessKeepsake(Path root) {
        this.name = "io.armature.reporting.handover " + root.toAbsolutePath();
    }

    @Override
    public void keep(String text) {
        System.setProperty(name, text);
    }

    @Override
    public Optional<String> kept() {
        return Optional.ofNullable(System.getProperty(name));
    }

    @Override
    public void forget() {
        System.clearProperty(name);
    }
}
