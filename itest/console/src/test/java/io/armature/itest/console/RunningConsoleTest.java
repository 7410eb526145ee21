package io.armature.itest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console of a device that runs with its backend: {@code armature.console.run} is the device's
 * {@code run/armature}. Takes the README's picture, after the seconds of {@code
 * armature.console.watch} (none by default).
 */
@EnabledIfSystemProperty(named = "armature.console.run", matches = ".+")
@Timeout(300)
class RunningConsoleTest {

    private static final Path PICTURES = Path.of("target", "pictures");
    private static final String ROW = "document.querySelector('[data-priority=MANUAL_BATCH]";

    @TempDir Path profile;

    @Test
    void recordOfThePageAppearsAndDisappearsOnceTheServerHasIt() throws Exception {
        assumeTrue(Browser.program().isPresent(), "no chromium on this machine");
        Path run = Path.of(System.getProperty("armature.console.run"));
        String token = Files.readString(run.resolve("console.token")).trim();
        try (Browser browser = Browser.start(Browser.program().get(), profile)) {
            browser.look(1200, 2000, false, false);
            browser.open(Files.readString(run.resolve("console.url")).trim());
            browser.await("document.getElementById('link').dataset.state === 'live'");
            browser.await("document.querySelectorAll('#waterfall li').length > 0");
            browser.evaluate("document.getElementById('token').value = '" + token + "'");
            browser.evaluate("document.getElementById('priority').value = 'MANUAL_BATCH'");
            browser.evaluate("document.getElementById('enqueue').click()");
            browser.await(ROW + " .waiting').firstChild.data !== '0'");
            browser.await("document.getElementById('outcome').textContent.startsWith('stored as')");
            browser.evaluate("document.getElementById('flush').click()");
            browser.await(ROW + " .waiting').firstChild.data === '0'");
            int seconds = Integer.getInteger("armature.console.watch", 0);
            for (int second = 0; second < seconds; second++) {
                browser.evaluate("new Promise((resolve) => setTimeout(resolve, 1000))");
            }
            browser.evaluate("document.getElementById('token').value = ''");
            browser.evaluate("document.getElementById('outcome').textContent = ''");
            browser.picture(PICTURES.resolve("running-light.png"));
            browser.look(1200, 2000, false, true);
            browser.evaluate("new Promise(requestAnimationFrame)");
            browser.picture(PICTURES.resolve("running-dark.png"));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void servicesOfThePlatformAreDrawnWithTheirOwners() throws Exception {
        assumeTrue(Browser.program().isPresent(), "no chromium on this machine");
        Path run = Path.of(System.getProperty("armature.console.run"));
        try (Browser browser = Browser.start(Browser.program().get(), profile)) {
            browser.look(1200, 650, false, false);
            browser.open(Files.readString(run.resolve("console.url")).trim());
            browser.await(
                    "document.querySelector('[data-service=Reporting][data-state=owned]') !== null");
            browser.evaluate("document.querySelector('[data-service=Reporting]').click()");
            browser.evaluate("document.getElementById('services-card').scrollIntoView()");
            browser.picture(PICTURES.resolve("running-services.png"));
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
