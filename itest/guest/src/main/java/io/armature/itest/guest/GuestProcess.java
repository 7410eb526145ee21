package io.armature.itest.guest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A command that a guest runs. For one thread. */
public final class GuestProcess {

    private static final long DEADLINE_SECONDS = 120;

    private final Guest guest;
    private final int number;
    private final String command;
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();
    private Optional<Integer> status = Optional.empty();

    /** What comes from it. */
    sealed interface Said {
        /** A line that it printed. */
        record Line(String text) implements Said {}

        /** Its end. */
        record End(int status) implements Said {}

        /** The guest ended first. */
        record Gone() implements Said {}
    }

    GuestProcess(Guest guest, int number, String command) {
        this.guest = guest;
        this.number = number;
        this.command = command;
    }

    void hear(Said what) {
        said.add(what);
    }

    /** Waits for a line that begins so; others before it are passed over. */
    public String await(String beginning) throws InterruptedException {
        while (next()) {
            String line = heard.get(heard.size() - 1);
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw failure("no line '" + beginning + "' before the end");
    }

    /** Waits for the next line that it prints. */
    public String line() throws InterruptedException {
        if (!next()) {
            throw failure("no more lines");
        }
        return heard.get(heard.size() - 1);
    }

    /** What it printed, up to the line that was awaited last. */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    /** Waits for its end. */
    public Outcome ended() throws InterruptedException {
        while (next()) {
            continue; // heard keeps it
        }
        return new Outcome(status.orElseThrow(), heard);
    }

    /** Waits for what comes next; false if that is the end. */
    private boolean next() throws InterruptedException {
        if (status.isPresent()) {
            return false;
        }
        Said what = said.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (what instanceof Said.Line line) {
            heard.add(line.text());
            return true;
        }
        if (what instanceof Said.End end) {
            status = Optional.of(end.status());
            return false;
        }
        throw new NoAnswer(
                text(
                        what == null
                                ? "nothing more within " + DEADLINE_SECONDS + " s"
                                : "the guest ended before"));
    }

    private AssertionError failure(String what) {
        return new AssertionError(text(what));
    }

    private String text(String what) {
        return command + ": " + what + "; it said " + heard + "; console:\n" + guest.console();
    }

    /** A line for its standard input. */
    public void tell(String line) throws IOException {
        guest.send("tell " + number + " " + line);
    }

    /** Ends it and what it started. */
    public void kill() throws IOException, InterruptedException {
        guest.send("kill " + number + " now");
        ended();
    }
}
