package io.armature.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Appends lines to {@code armature.log}; at 4 MiB it becomes {@code armature.log.1} and so on, at
 * most three old ones. A full disk loses log lines and nothing else.
 *
 * <p>Logback's own rolling appender and pattern cost a tenth of the whole boot.
 */
final class LogFile extends AppenderBase<ILoggingEvent> {

    static final String NAME = "file";

    private final File file;
    private final long limitBytes;
    private final int kept;
    private final LogLine line = new LogLine();
    private FileOutputStream out;
    private long written;

    /**
     * @param limitBytes size at which a file is put aside
     * @param kept files put aside
     */
    LogFile(File file, long limitBytes, int kept) {
        this.file = file;
        this.limitBytes = limitBytes;
        this.kept = kept;
        setName(NAME);
    }

    @Override
    public synchronized void start() {
        open();
        super.start();
    }

    /** Starts; the first line, or {@link #reopen}, opens the file. */
    synchronized void startClosed() {
        super.start();
    }

    @Override
    public synchronized void stop() {
        super.stop();
        close();
    }

    /** Opens the file anew, after somebody has moved it away. */
    synchronized void reopen() {
        close();
        open();
    }

    @Override
    protected synchronized void append(ILoggingEvent event) {
        byte[] bytes = line.format(event).getBytes(StandardCharsets.UTF_8);
        if (out != null && written > 0 && written + bytes.length > limitBytes) {
            rotate();
        }
        if (out == null) {
            open();
        }
        if (out != null) {
            write(bytes);
        }
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
            written += bytes.length;
        } catch (IOException e) {
            addWarn("log line lost", e);
        }
    }

    private void rotate() {
        close();
        for (int i = kept; i > 0; i--) {
            File older = new File(file.getPath() + "." + i);
            File newer = i == 1 ? file : new File(file.getPath() + "." + (i - 1));
            if (newer.exists() && !newer.renameTo(older)) {
                addWarn("cannot put aside " + newer);
            }
        }
        open();
    }

    private void open() {
        try {
            out = new FileOutputStream(file, true);
            written = file.length();
        } catch (IOException e) {
            out = null;
            addWarn("cannot open " + file, e);
        }
    }

    private void close() {
        if (out == null) {
            return;
        }
        try {
            out.close();
        } catch (IOException e) {
            addWarn("cannot close " + file, e);
        }
        out = null;
    }
}
