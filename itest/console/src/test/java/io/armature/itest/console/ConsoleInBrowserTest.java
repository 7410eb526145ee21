package io.armature.itest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.console.http.ConsoleServer;
import io.armature.platform.api.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real console server and page in a real browser. Pictures go to target/pictures. */
@Timeout(120)
class ConsoleInBrowserTest {

    private static final String TOKEN = "0123456789abcdef";
    private static final Path PICTURES = Path.of("target", "pictures");
    private static final String WAITING =
            "document.querySelector('[data-priority=SLOW_BATCH] .waiting').firstChild.data";

    @TempDir static Path profile;
    private static Browser browser;
    private final FakeDevice device = new FakeDevice();
    private ConsoleServer server;

    @BeforeAll
    static void startBrowser() throws Exception {
        Optional<Path> program = Browser.program();
        if (program.isPresent()) {
            browser = Browser.start(program.get(), profile);
        }
    }

    @AfterAll
    static void endBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        // Here and not once before all: each test counts as skipped.
        assumeTrue(browser != null, "no chromium on this machine");
        server =
                new ConsoleServer(
                        device.clock(),
                        new ConsoleServer.Access(0, 4, List.of(), TOKEN),
                        Map.of(
                                "enqueue",
                                form -> {
                                    device.enqueue(form.get("priority"), 1);
                                    return "stored as " + form.get("priority");
                                }),
                        looked -> {});
        server.add(device.boot);
        server.add(device.bundles);
        server.add(device.reporting);
        browser.complaints().clear();
        browser.look(1200, 1500, false, false);
        browser.open(server.url());
        browser.await("document.getElementById('link').dataset.state === 'live'");
        browser.await("document.querySelectorAll('#waterfall li').length > 0");
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            browser.open("about:blank");
            server.close();
        }
        device.close();
    }

    @Test
    void loadsWithoutErrorsAndShowsTheDevice() throws Exception {
        browser.await("document.querySelectorAll('#queues li').length === 5");
        assertThat((String) browser.evaluate("document.body.innerText"))
                .contains("3f2a77d0-5c1e", "614", "system-services", "critical path")
                .contains("io.armature.reporting.mqtt");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void enqueuedRecordAppearsAndDisappears() throws Exception {
        browser.await(WAITING + " === '0'");
        browser.evaluate("document.getElementById('token').value = '" + TOKEN + "'");
        browser.evaluate("document.getElementById('enqueue').click()");
        browser.await(WAITING + " === '1'");
        browser.await("document.getElementById('outcome').textContent === 'stored as SLOW_BATCH'");
        device.confirm("SLOW_BATCH", 1);
        browser.await(WAITING + " === '0'");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void wrongTokenIsToldAndChangesNothing() throws Exception {
        browser.evaluate("document.getElementById('token').value = 'wrong'");
        browser.evaluate("document.getElementById('enqueue').click()");
        browser.await("document.getElementById('outcome').hasAttribute('data-bad')");
        assertThat((String) browser.evaluate(WAITING)).isEqualTo("0");
    }

    @Test
    void faultAppearsWithoutReloading() throws Exception {
        assertThat(browser.evaluate("document.getElementById('faults-card').hidden"))
                .isEqualTo(true);
        server.faults()
                .add(() -> List.of(new Fault("reporting", "queue SLOW_BATCH", "<b>damaged</b>")));
        browser.await("!document.getElementById('faults-card').hidden");
        assertThat((String) browser.evaluate("document.getElementById('faults').innerText"))
                .contains("queue SLOW_BATCH", "<b>damaged</b>");
    }

    @Test
    void everythingIsReachedByKeyboardInOrder() throws Exception {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            browser.key("Tab", 9);
            order.append(
                            browser.evaluate(
                                    "document.activeElement.id || document.activeElement.className"))
                    .append(' ');
        }
        assertThat(order.toString().trim())
                .isEqualTo("skip boot-all bundle-filter scroll token priority data enqueue flush");
    }

    @Test
    void servicesAreDrawnWithOwnersRequestersAndWaitingRequests() throws Exception {
        showServices();
        assertThat((String) browser.evaluate("document.getElementById('services').innerText"))
                .contains("Reporting", "1,204", "FanControl", "3 waiting");
        assertThat(browser.evaluate("document.querySelectorAll('#requesters li').length"))
                .isEqualTo(6);
        assertThat(browser.evaluate("document.querySelectorAll('#owners li').length")).isEqualTo(3);
        assertThat(browser.evaluate("document.querySelectorAll('#service-links path').length"))
                .isEqualTo(10);
        device.services.set(FakeDevice.serviceState(2));
        browser.await("document.querySelectorAll('#denials li').length === 2");
        assertThat((String) browser.evaluate("document.getElementById('denials').innerText"))
                .contains("user guest pid 4711", "<i>Reporting</i> ×2", "permission denied");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void serviceIsChosenByKeyboardAndKeptWhileTheGraphChanges() throws Exception {
        showServices();
        browser.evaluate("document.getElementById('service-filter').focus()");
        browser.key("Tab", 9);
        browser.key("ArrowDown", 40);
        browser.key("ArrowDown", 40);
        String focused = "document.activeElement.dataset.service";
        assertThat(browser.evaluate(focused)).isEqualTo("Reporting");
        browser.evaluate("document.activeElement.click()");
        assertThat((String) browser.evaluate("document.getElementById('service-facts').innerText"))
                .contains("io.armature.reporting", "/slot/policy/Reporting.jsonc:3", "1,204");
        device.services.set(FakeDevice.serviceState(1));
        browser.await("document.querySelectorAll('#denials li').length === 1");
        assertThat(browser.evaluate(focused)).isEqualTo("Reporting");
        assertThat(browser.evaluate("document.activeElement.getAttribute('aria-pressed')"))
                .isEqualTo("true");
        browser.look(390, 844, true, false);
        browser.evaluate("new Promise(requestAnimationFrame)");
        assertThat(browser.evaluate("document.documentElement.scrollWidth <= 390")).isEqualTo(true);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void servicesAreFilteredByTheirOwnersToo() throws Exception {
        showServices();
        browser.evaluate(
                "{ const f = document.getElementById('service-filter'); f.value = 'MQTT';"
                        + " f.dispatchEvent(new Event('input')); }");
        assertThat((String) browser.evaluate("document.getElementById('services').innerText"))
                .contains("Reporting", "Uploader")
                .doesNotContain("FanControl");
    }

    private void showServices() throws Exception {
        server.add(device.services);
        browser.await("document.querySelectorAll('#services button').length === 4");
    }

    @Test
    void phoneNeedsNoSidewaysScrolling() throws Exception {
        browser.look(390, 844, true, false);
        browser.evaluate("new Promise(requestAnimationFrame)");
        assertThat(browser.evaluate("document.documentElement.scrollWidth <= 390")).isEqualTo(true);
    }

    @Test
    void picturesInLightDarkAndOnPhone() throws Exception {
        device.services.set(FakeDevice.serviceState(3));
        showServices();
        browser.look(1200, 2000, false, false);
        browser.await("document.querySelectorAll('#queues li').length === 5");
        for (int i = 0; i < 12; i++) {
            device.enqueue("SLOW_BATCH", 3 + i % 4);
            device.enqueue("FAST_BATCH", 8 - i % 5);
            device.confirm("FAST_BATCH", 6);
            device.confirm("SLOW_BATCH", i > 6 ? 9 : 1);
            // time must pass for the histories to have a width: as long as an update takes
            browser.await("true");
            browser.evaluate("new Promise((resolve) => setTimeout(resolve, 700))");
        }
        browser.picture(PICTURES.resolve("light.png"));
        browser.look(1200, 2000, false, true);
        browser.evaluate("new Promise(requestAnimationFrame)");
        browser.picture(PICTURES.resolve("dark.png"));
        browser.look(390, 844, true, false);
        browser.evaluate("new Promise(requestAnimationFrame)");
        browser.picture(PICTURES.resolve("phone.png"));
        browser.evaluate("document.querySelector('[data-service=Reporting]').click()");
        browser.evaluate("document.getElementById('services-card').scrollIntoView()");
        browser.picture(PICTURES.resolve("phone-services.png"));
        assertThat(PICTURES.resolve("light.png")).isNotEmptyFile();
        assertThat(browser.complaints()).isEmpty();
    }
}
