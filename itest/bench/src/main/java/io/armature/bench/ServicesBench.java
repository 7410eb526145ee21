package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** The service manager beside a plain look-up of the framework and dbus-daemon. */
final class ServicesBench {

    private static final long NANOS_A_MILLI = 1_000_000;
    private static final int IDLE_TIMES = 20;

    private final List<ServicesPart> parts;
    private final int rounds;

    /** One part; its rounds take turns with the others'. */
    interface ServicesPart extends AutoCloseable {
        /** Before the first round. */
        default void open() throws IOException {}

        /** Takes one sample of each row. */
        void round(boolean counted) throws IOException;

        /** Its table. */
        void print(PrintStream out);

        void budgets(Budgets budgets);

        /** After the last round. */
        @Override
        default void close() throws IOException {}
    }

    /**
     * @param image of the device whose manager serves processes
     * @param jvm feature version of the JVM that it runs on
     * @param nanos length of a run
     */
    ServicesBench(Path work, Path image, String jvm, int rounds, long nanos) {
        this.rounds = rounds;
        this.parts =
                List.of(
                        new RequestBench(work, nanos),
                        new StandInBench(work, nanos),
                        new PendingBench(),
                        new SocketBench(work, nanos),
                        new ProcessBench(work, image, jvm, nanos),
                        new IdleBench(work, nanos / NANOS_A_MILLI * IDLE_TIMES));
    }

    Budgets run(PrintStream out) throws IOException {
        Budgets budgets = new Budgets();
        out.printf(
                "%nService manager, medians of %d rounds after one that is not counted.%n", rounds);
        for (ServicesPart one : parts) {
            try (ServicesPart part = one) {
                part.open();
                for (int round = 0; round <= rounds; round++) {
                    part.round(round > 0);
                }
            }
            ServicesPart part = one;
            part.print(out);
            part.budgets(budgets);
            out.flush();
        }
        budgets.print(out);
        return budgets;
    }
}
