package io.armature.reporting.command;

import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EnqueueRecordRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Enqueues the records of one call, several at a time. The calling thread reads; another one, which
 * ends with {@link #close}, prints the receipts, so that a caller who waits for a receipt before it
 * writes the next line gets it. Where the command goes, it ends between two lines: each that was
 * read has its receipt, and the caller can give the rest again.
 */
final class Intake implements AutoCloseable {

    /** Records without a receipt at a time. */
    static final int WINDOW = 256;

    /** No record is longer; a longer line is skipped and refused. */
    static final int LINE_LIMIT_BYTES = 4 << 20;

    private final Reporting reporting;
    private final Receipts receipts;
    private final BooleanSupplier ending;
    private final Semaphore window = new Semaphore(WINDOW);
    private final Thread printer;

    /**
     * An intake whose printer runs already.
     *
     * @param ending whether this command is to go, so that nothing more is read
     */
    Intake(Reporting reporting, Receipts receipts, BooleanSupplier ending) {
        this.reporting = reporting;
        this.receipts = receipts;
        this.ending = ending;
        this.printer = new Thread(() -> receipts.print(window::release), "report-receipts");
        printer.setDaemon(true);
        printer.start();
    }

    /** Enqueues one record; blocks while too many have no receipt. */
    void record(EnqueueRecordRequest request) throws InterruptedException {
        window.acquire();
        receipts.add(reporting.enqueue(request).toCompletableFuture());
    }

    /**
     * Enqueues a record of each line.
     *
     * @return whether that was all of the input, not only what came before this command had to go
     */
    boolean lines(InputStream in, RecordInput input) throws IOException, InterruptedException {
        InputStream buffered = new BufferedInputStream(in, 1 << 16);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        long number = 1;
        for (int next = buffered.read(); ; next = buffered.read()) {
            boolean end = next < 0;
            if (end && line.size() == 0 && !tooLong) {
                return true;
            }
            if (end || next == '\n') {
                line(number++, line.toByteArray(), tooLong, input);
                line.reset();
                tooLong = false;
                if (end || ending.getAsBoolean()) {
                    return end;
                }
            } else if (line.size() < LINE_LIMIT_BYTES) {
                line.write(next);
            } else {
                tooLong = true;
            }
        }
    }

    /** Waits until every receipt is printed. */
    @Override
    public void close() {
        receipts.end();
        try {
            printer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void line(long number, byte[] line, boolean tooLong, RecordInput input)
            throws InterruptedException {
        try {
            if (tooLong) {
                throw new ReportingException(
                        StatusCode.OUT_OF_RANGE,
                        "line "
                                + number
                                + ": Too much data to be recorded at once; a record has at most 1 MiB,"
                                + " a line at most "
                                + LINE_LIMIT_BYTES
                                + " bytes");
            }
            record(input.line(number, line));
        } catch (ReportingException e) {
            window.acquire();
            receipts.add(CompletableFuture.failedFuture(e));
        }
    }
}
