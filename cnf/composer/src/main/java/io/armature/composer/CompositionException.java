package io.armature.composer;

import java.util.List;

/** What is wrong with features, profiles or the bundles they name; one sentence for each fault. */
final class CompositionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    CompositionException(String fault) {
        this(List.of(fault));
    }

    CompositionException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    List<String> faults() {
        return faults;
    }
}
