package io.armature.itest.system;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Three system users of this test alone, 61001 to 61003; removed by closing. Needs root. */
final class ServiceUsers implements AutoCloseable {

    static final int FIRST_UID = 61_001;
    static final int COUNT = 3;

    private final List<String> made = new ArrayList<>();

    /** Why they cannot be made; empty if they can. */
    static String hindrance() throws IOException, InterruptedException {
        if (!isRoot()) {
            return "needs root";
        }
        for (String tool : List.of("useradd", "userdel", "setpriv")) {
            if (run("sh", "-c", "command -v " + tool) != 0) {
                return "needs " + tool;
            }
        }
        for (int i = 1; i <= COUNT; i++) {
            String uid = Integer.toString(uid(i));
            String taken = "getent passwd " + uid + " | grep -qv '^" + name(i) + ":'";
            if (run("sh", "-c", taken) == 0) {
                return "the uid " + uid + " is somebody else's";
            }
        }
        return "";
    }

    private static boolean isRoot() throws IOException, InterruptedException {
        return run("sh", "-c", "[ $(id -u) = 0 ]") == 0;
    }

    static ServiceUsers make() throws IOException, InterruptedException {
        ServiceUsers users = new ServiceUsers();
        for (int i = 1; i <= COUNT; i++) {
            run("userdel", name(i)); // of a run that was killed
            String uid = Integer.toString(uid(i));
            String[] command = {
                "useradd", "-r", "-M", "-N", "-g", "nogroup", "-s", "/bin/false", "-u", uid, name(i)
            };
            if (run(command) != 0) {
                users.close();
                throw new IOException("useradd failed for " + name(i));
            }
            users.made.add(name(i));
        }
        return users;
    }

    static int uid(int number) {
        return FIRST_UID + number - 1;
    }

    static String name(int number) {
        return "armature-test-" + number;
    }

    /** What runs a command as one of them. */
    static List<String> as(int number) {
        String uid = Integer.toString(uid(number));
        return List.of("setpriv", "--reuid", uid, "--regid", "nogroup", "--clear-groups");
    }

    /** A Python that these users can run; empty if there is none. */
    static String python() throws IOException, InterruptedException {
        return python(as(1));
    }

    /**
     * A Python that passes descriptors; empty if there is none.
     *
     * @param as what runs a command as somebody
     */
    static String python(List<String> as) throws IOException, InterruptedException {
        for (String path : List.of("/usr/bin/python3", "/usr/local/bin/python3", "python3")) {
            List<String> command = new ArrayList<>(as);
            command.addAll(List.of(path, "-c", "import socket; socket.send_fds"));
            if (run(command.toArray(String[]::new)) == 0) {
                return path;
            }
        }
        return "";
    }

    static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start()
                .waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            for (String name : made) {
                run("userdel", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
