package io.armature.control.bundles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles that were stopped on purpose and what went with them, so that a caller is told at
 * once instead of waiting as for an update. One line a bundle in a file of this bundle, {@code
 * <name> <last change> <command>,<command> <service>,<service>}: it outlives this bundle's update,
 * not the next boot. A line counts as long as its bundle neither runs nor was changed.
 */
public final class StoppedBundles {

    private static final Logger LOG = LoggerFactory.getLogger(StoppedBundles.class);

    private final BundleContext context;
    private final Path file;

    public StoppedBundles(BundleContext context) {
        this.context = context;
        this.file = context.getDataFile("stopped").toPath();
    }

    /**
     * What goes with a bundle.
     *
     * @param commands words of the command line
     * @param services names of interfaces
     */
    record Gone(List<String> commands, List<String> services) {

        static final Gone NOTHING = new Gone(List.of(), List.of());

        Gone {
            commands = List.copyOf(commands);
            services = List.copyOf(services);
        }

        private static Gone parse(String[] words, int from) {
            return new Gone(list(words, from), list(words, from + 1));
        }

        private static List<String> list(String[] words, int at) {
            boolean some = at < words.length && !words[at].isEmpty();
            return some ? Arrays.asList(words[at].split(",")) : List.of();
        }

        @Override
        public String toString() {
            return String.join(",", commands) + ' ' + String.join(",", services);
        }
    }

    private record Line(String bundle, long lastModified, Gone gone) {

        static Stream<Line> parse(String text) {
            String[] words = text.split(" ", 4);
            try {
                return Stream.of(
                        new Line(words[0], Long.parseLong(words[1]), Gone.parse(words, 2)));
            } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                LOG.warn("damaged line file=stopped", e);
                return Stream.empty();
            }
        }

        @Override
        public String toString() {
            return bundle + ' ' + lastModified + ' ' + gone;
        }
    }

    /** Name of the stopped bundle that a command belongs to. */
    public Optional<String> ownerOf(String command) {
        return lines().stream()
                .filter(line -> line.gone().commands().contains(command) && counts(line))
                .map(Line::bundle)
                .findFirst();
    }

    /** Name of the stopped bundle that gave a service. */
    Optional<String> ownerOfService(String service) {
        return lines().stream()
                .filter(line -> line.gone().services().contains(service) && counts(line))
                .map(Line::bundle)
                .findFirst();
    }

    /** What went when that bundle was stopped; nothing if it was not. */
    Gone goneWith(Bundle bundle) {
        return lines().stream()
                .filter(line -> line.bundle().equals(bundle.getSymbolicName()) && counts(line))
                .map(Line::gone)
                .findFirst()
                .orElse(Gone.NOTHING);
    }

    /** Names of the bundles that are stopped, in the order of their stops. */
    List<String> names() {
        return lines().stream().filter(this::counts).map(Line::bundle).toList();
    }

    /** Whether that bundle was stopped and is so still. */
    boolean holds(Bundle bundle) {
        return names().contains(bundle.getSymbolicName());
    }

    /** Notes a stop, also of a bundle that takes nothing with it. */
    void add(Bundle bundle, Gone gone) {
        Line line = new Line(bundle.getSymbolicName(), bundle.getLastModified(), gone);
        replace(other(bundle), Stream.of(line));
    }

    /** Forgets a stop. */
    void remove(Bundle bundle) {
        replace(other(bundle), Stream.empty());
    }

    private static Predicate<Line> other(Bundle bundle) {
        return line -> !line.bundle().equals(bundle.getSymbolicName());
    }

    private boolean counts(Line line) {
        return Arrays.stream(context.getBundles())
                .anyMatch(
                        bundle ->
                                line.bundle().equals(bundle.getSymbolicName())
                                        && line.lastModified() == bundle.getLastModified()
                                        && (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING))
                                                == 0);
    }

    private List<Line> lines() {
        try {
            return Files.readAllLines(file).stream().flatMap(Line::parse).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("stopped bundles cannot be read file={}", file, e);
            return List.of();
        }
    }

    /** Called by the one thread that changes bundles. */
    private void replace(Predicate<Line> kept, Stream<Line> added) {
        List<Line> before = lines();
        List<Line> after = Stream.concat(before.stream().filter(kept), added).toList();
        if (after.equals(before)) {
            return;
        }
        Path fresh = file.resolveSibling("stopped.new");
        try {
            Files.write(fresh, after.stream().map(Line::toString).toList());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("stopped bundles cannot be written file={}", file, e); // callers will wait
        }
    }
}
