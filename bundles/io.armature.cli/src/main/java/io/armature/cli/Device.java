package io.armature.cli;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The device under one root: its control socket and whether the socket is only away. */
final class Device {

    private static final long RETRY_MILLIS = 20;

    private final String kind;
    private final String shown;
    private final File socket;
    private final File away;
    private final long patienceNanos;

    Device(String shown, File runDirectory, long patienceNanos) {
        this("device", shown, runDirectory, patienceNanos);
    }

    /**
     * @param kind what its user calls it
     */
    private Device(String kind, String shown, File runDirectory, long patienceNanos) {
        this.kind = kind;
        this.shown = shown;
        this.socket = new File(runDirectory, "control.sock");
        this.away = new File(runDirectory, "control.away");
        this.patienceNanos = patienceNanos;
    }

    /** The device of the working directory; short relative paths fit any root. */
    static Device here(String[] arguments) {
        boolean backend = arguments.length > 0 && arguments[0].equals("backend");
        return new Device(
                backend ? "backend" : "device",
                System.getProperty("user.dir"),
                new File("run/armature"),
                10_000_000_000L);
    }

    /** The longest that a socket which is only away is waited for. */
    long patienceNanos() {
        return patienceNanos;
    }

    /**
     * Connects; waits while the device replaces its socket.
     *
     * @throws CallException if no device runs here or the user may not control it
     */
    SocketChannel connect(long deadlineNanos) throws IOException, CallException {
        boolean unmarked = false;
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket.getPath()));
                return channel;
            } catch (SocketException e) {
                channel.close();
                String reason = String.valueOf(e.getMessage());
                if (reason.contains("denied") || reason.contains("not permitted")) {
                    throw new CallException(
                            CallException.FAILED,
                            "this user may not control the " + kind + " at " + shown);
                }
                boolean away = replacing();
                if (unmarked && !away || System.nanoTime() - deadlineNanos > 0) {
                    throw notRunning();
                }
                // The socket comes back before its mark goes: perhaps just after the attempt.
                unmarked = !away;
                if (away) {
                    pause();
                }
            }
        }
    }

    CallException notRunning() {
        return new CallException(
                CallException.NOT_RUNNING, "no " + kind + " is running at " + shown);
    }

    /** True while the process that took its socket away still lives. */
    private boolean replacing() {
        String[] owner = read(away).trim().split(" ");
        if (owner.length != 2 || owner[0].isEmpty()) {
            return false;
        }
        String stat = read(new File("/proc/" + owner[0] + "/stat"));
        // the process's name stands in parentheses and may hold blanks: count from behind it
        int name = stat.lastIndexOf(')');
        if (name < 0) {
            return false;
        }
        String[] fields = stat.substring(name + 1).trim().split(" ");
        return fields.length > 19 && fields[19].equals(owner[1]);
    }

    private static String read(File file) {
        try (InputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(4096), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return ""; // absent
        }
    }

    /**
     * A short rest between two attempts. A socket that comes back tells nobody but who connects,
     * and the process that has taken it away lives on, so its end is no news either; to watch the
     * directory would load more classes than a client has time for.
     */
    static void pause() throws CallException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallException(CallException.FAILED, "interrupted");
        }
    }
}
