package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a page asks for while the spool is replaced is done by the next one. */
class ConsoleActionTest {

    private static final String SPOOL = "io.armature.reporting";
    private static final int PAGES = 4;

    @Test
    void recordsOfThePageWaitForASpoolThatIsReplaced() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pages = Executors.newFixedThreadPool(PAGES);
        try (Machine machine = Machine.install().up()) {
            Appliance device = machine.device();
            Path jar = NewerJar.of(device, SPOOL, machine.folder());
            Set<String> stored = ConcurrentHashMap.newKeySet();
            CountDownLatch begun = new CountDownLatch(PAGES);
            List<Future<String>> ends = new ArrayList<>();
            for (int page = 0; page < PAGES; page++) {
                String name = "page" + page + "-";
                ends.add(pages.submit(() -> enqueueUntil(over, device, name, stored, begun)));
            }
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            device.run("bundle", "update", SPOOL, jar.toString()).ok();
            over.set(true);
            for (Future<String> end : ends) {
                assertThat(end.get(60, TimeUnit.SECONDS)).as("refused").isEmpty();
            }
            new Server(machine.backend()).await(stored, 60);
        } finally {
            over.set(true);
            pages.shutdownNow();
        }
    }

    /** One record after another; the first refusal, or nothing. */
    private static String enqueueUntil(
            AtomicBoolean over,
            Appliance device,
            String name,
            Set<String> stored,
            CountDownLatch begun)
            throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; !over.get(); i++) {
            HttpResponse<String> answer =
                    client.send(enqueue(device, name + i), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                return answer.statusCode() + " " + answer.body();
            }
            stored.add(name + i);
            begun.countDown();
        }
        return "";
    }

    private static HttpRequest enqueue(Appliance device, String data) throws IOException {
        String url = Files.readString(device.path("run/armature/console.url")).trim();
        String token = Files.readString(device.path("run/armature/console.token")).trim();
        return HttpRequest.newBuilder(URI.create(url + "actions/enqueue"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("priority=IMMEDIATE&data=" + data))
                .build();
    }
}
