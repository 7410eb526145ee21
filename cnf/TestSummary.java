import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Sums up a test run: {@code java TestSummary.java CHECKOUT CHECKS BUILD-STATUS}. Prints failed and
 * skipped tests, one a line with the reason, and last {@code N passed, N failed, N skipped}. Exits
 * with 1 if anything failed or if nothing ran.
 */
final class TestSummary {

    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private int passed;

    public static void main(String[] arguments) throws IOException {
        TestSummary summary = new TestSummary();
        summary.reports(Path.of(arguments[0]));
        summary.checks(Path.of(arguments[1]));
        if (!arguments[2].equals("0") && summary.failed.isEmpty()) {
            summary.failed.add("the build itself: see Maven's messages above");
        }
        summary.print();
        System.exit(summary.failed.isEmpty() && summary.passed > 0 ? 0 : 1);
    }

    private void reports(Path checkout) throws IOException {
        List<Path> files;
        try (Stream<Path> paths = Files.walk(checkout)) {
            files = paths.filter(TestSummary::report).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : files) {
            report(file, Files.newInputStream(file));
        }
    }

    private static boolean report(Path path) {
        String folder = path.getParent().getFileName().toString();
        return (folder.equals("surefire-reports") || folder.equals("failsafe-reports"))
                && path.getFileName().toString().matches("TEST-.*\\.xml");
    }

    private void report(Path file, java.io.InputStream in) throws IOException {
        try (in) {
            NodeList cases =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(in)
                            .getElementsByTagName("testcase");
            if (cases.getLength() == 0 && !hasNested(file)) {
                skipped.add(file.getFileName() + ": none of its tests ran");
            }
            for (int i = 0; i < cases.getLength(); i++) {
                count((Element) cases.item(i));
            }
        } catch (ParserConfigurationException | SAXException e) {
            failed.add(file + ": unreadable report, its tests may have died: " + e.getMessage());
        }
    }

    /** Whether the class's tests stand in nested classes, which have reports of their own. */
    private static boolean hasNested(Path file) throws IOException {
        String prefix = file.getFileName().toString().replaceFirst("\\.xml$", "\\$");
        try (Stream<Path> beside = Files.list(file.getParent())) {
            return beside.anyMatch(other -> other.getFileName().toString().startsWith(prefix));
        }
    }

    private void count(Element test) {
        String type = test.getAttribute("classname").replaceFirst(".*\\.", "");
        String name = test.getAttribute("name");
        String title = name.isEmpty() || name.equals(type) ? type : type + "." + name;
        String fault = reason(test, "failure", reason(test, "error", null));
        String skip = reason(test, "skipped", null);
        if (fault != null) {
            failed.add(title + ": " + fault);
        } else if (skip != null) {
            skipped.add(title + ": " + skip);
        } else {
            passed++;
        }
    }

    private static String reason(Element test, String kind, String otherwise) {
        NodeList nodes = test.getElementsByTagName(kind);
        if (nodes.getLength() == 0) {
            return otherwise;
        }
        Element node = (Element) nodes.item(0);
        String message = node.getAttribute("message");
        String text = (message.isBlank() ? node.getTextContent() : message).strip();
        String line = text.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
        return line.isEmpty() ? "no reason given" : line;
    }

    private void checks(Path checks) throws IOException {
        for (String line : Files.readAllLines(checks)) {
            String text = line.substring(line.indexOf(' ') + 1);
            switch (line.substring(0, line.indexOf(' '))) {
                case "passed" -> passed++;
                case "failed" -> failed.add(text);
                default -> skipped.add(text);
            }
        }
    }

    private void print() {
        // Maven may leave an escape sequence on the last line.
        System.out.println();
        failed.forEach(line -> System.out.println("failed: " + line));
        skipped.forEach(line -> System.out.println("skipped: " + line));
        System.out.printf(
                "%d passed, %d failed, %d skipped%n", passed, failed.size(), skipped.size());
    }
}
