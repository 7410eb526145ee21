package io.armature.backend.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.audit.Account;
import io.armature.backend.reporting.audit.CountersKey;
import io.armature.backend.reporting.audit.LastWords;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Prints an audit. */
final class AuditReport {

    private final Map<QueueName, Account> accounts;
    private final List<CountersKey> keys;
    private final Map<String, LastWords> words;
    private final Instant now;
    private final Account total;

    /**
     * @param keys of the devices whose statements were believed
     * @param words what these devices stated
     * @param now by the clock that statements are noted with
     */
    AuditReport(
            Map<QueueName, Account> accounts,
            List<CountersKey> keys,
            Map<String, LastWords> words,
            Instant now) {
        this.accounts = accounts;
        this.keys = keys;
        this.words = words;
        this.now = now;
        this.total = accounts.values().stream().reduce(Account.NONE, Account::plus);
    }

    /** Whether nothing is wrong. */
    boolean whole() {
        return total.whole();
    }

    /** What is wrong, in one line. */
    String wrong() {
        return total.unknown()
                + " ids unknown, "
                + total.duplicates()
                + " stored more than once, "
                + total.chainBreaks()
                + " chain breaks";
    }

    void table(PrintStream out) {
        out.printf(
                "%-36s %-14s %-36s %20s %10s %10s %8s %8s %8s %10s %8s %10s %12s%n",
                "DEVICE",
                "PRIORITY",
                "GENERATION GUID",
                "GENERATION",
                "IDS",
                "CONFIRMED",
                "REFUSED",
                "SHED",
                "GAPS",
                "IN FLIGHT",
                "UNKNOWN",
                "DUPLICATES",
                "CHAIN BREAKS");
        accounts.forEach(
                (queue, account) ->
                        row(
                                out,
                                queue.device(),
                                queue.priority().name(),
                                queue.generationGuid(),
                                String.valueOf(queue.generationId()),
                                account));
        row(out, "total", "", "", "", total);
        for (CountersKey key : keys) {
            counters(out, key, words.get(key.device()));
        }
    }

    private void counters(PrintStream out, CountersKey key, LastWords said) {
        String counters = "counters of " + key.device() + ": ";
        out.println(counters + stated(said));
        key.firstUse()
                .ifPresent(
                        when -> out.println(counters + "by a key of its own, first used " + when));
        if (!said.gone().isEmpty() || said.forgotten() > 0) {
            out.println(
                    counters
                            + "also those of "
                            + said.gone().size()
                            + " queues that have gone, without "
                            + said.forgotten()
                            + " for which there was no room");
        }
    }

    private String stated(LastWords said) {
        if (said.last().isEmpty()) {
            return "none stated yet";
        }
        return said.stated()
                .map(when -> "stated " + ago(Duration.between(when, now)) + ", at " + seconds(when))
                .orElse("stated nobody noted when");
    }

    /** In the largest unit of which there are some. */
    private static String ago(Duration age) {
        if (age.isNegative()) {
            return "in the future";
        }
        if (age.toMinutes() < 2) {
            return age.toSeconds() + " s ago";
        }
        if (age.toHours() < 2) {
            return age.toMinutes() + " min ago";
        }
        return age.toDays() < 2 ? age.toHours() + " h ago" : age.toDays() + " days ago";
    }

    private static String seconds(Instant when) {
        return when.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void row(
            PrintStream out,
            String device,
            String priority,
            String guid,
            String generation,
            Account account) {
        out.printf(
                "%-36s %-14s %-36s %20s %10d %10d %8d %8d %8d %10d %8d %10d %12d%n",
                device,
                priority,
                guid,
                generation,
                account.ids(),
                account.confirmed(),
                account.refused(),
                account.shed(),
                account.gaps(),
                account.inFlight(),
                account.unknown(),
                account.duplicates(),
                account.chainBreaks());
    }

    void json(PrintStream out) throws IOException {
        // Closing the generator would close the terminal's stream.
        JsonGenerator json =
                new JsonFactory()
                        .createGenerator(out)
                        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        json.writeBooleanField("whole", total.whole());
        account(json, total);
        json.writeArrayFieldStart("queues");
        for (Map.Entry<QueueName, Account> entry : accounts.entrySet()) {
            QueueName queue = entry.getKey();
            json.writeStartObject();
            json.writeStringField("device", queue.device());
            json.writeStringField("priority", queue.priority().name());
            json.writeStringField("generation_guid", queue.generationGuid());
            json.writeNumberField("generation_id", queue.generationId());
            account(json, entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("counters_keys");
        for (CountersKey key : keys) {
            json.writeStartObject();
            json.writeStringField("device", key.device());
            json.writeBooleanField("enrolled", key.firstUse().isEmpty());
            if (key.firstUse().isPresent()) {
                json.writeStringField("first_use", key.firstUse().get());
            }
            LastWords said = words.get(key.device());
            if (said.stated().isPresent()) {
                json.writeStringField("stated", seconds(said.stated().get()));
            }
            json.writeNumberField("gone_queues", said.gone().size());
            json.writeNumberField("forgotten_queues", said.forgotten());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.close();
        out.println();
    }

    private static void account(JsonGenerator json, Account account) throws IOException {
        json.writeNumberField("ids", account.ids());
        json.writeNumberField("confirmed", account.confirmed());
        json.writeNumberField("refused", account.refused());
        json.writeNumberField("shed", account.shed());
        json.writeNumberField("gaps", account.gaps());
        json.writeNumberField("in_flight", account.inFlight());
        json.writeNumberField("given_up", account.givenUp());
        json.writeNumberField("missing", account.missing());
        json.writeNumberField("unknown", account.unknown());
        json.writeNumberField("duplicates", account.duplicates());
        json.writeNumberField("linked", account.linked());
        json.writeNumberField("chain_breaks", account.chainBreaks());
        json.writeNumberField("unlinked", account.unlinked());
    }
}
