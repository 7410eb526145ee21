package io.armature.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured beside what is wanted, for one benchmark. */
final class Budgets {

    private record Row(String what, String sign, double wanted, double measured) {

        boolean met() {
            return sign.equals("≥") ? measured >= wanted : measured <= wanted;
        }

        String verdict() {
            double off = 100 * Math.abs(measured - wanted) / wanted;
            return String.format(
                    Locale.ROOT, off < 10 ? "%s by %.1f %%" : "%s by %,.0f %%", word(), off);
        }

        private String word() {
            return met() ? "MET" : "MISSED";
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /** The figure must not be below what is wanted. */
    void atLeast(String what, double wanted, double measured) {
        rows.add(new Row(what, "≥", wanted, measured));
    }

    /** The figure must not be above what is wanted. */
    void atMost(String what, double wanted, double measured) {
        rows.add(new Row(what, "≤", wanted, measured));
    }

    /** Takes over what another benchmark wants. */
    void addAll(Budgets others) {
        rows.addAll(others.rows);
    }

    /** What is missed, one sentence each. */
    List<String> missed() {
        return rows.stream()
                .filter(row -> !row.met())
                .map(
                        row ->
                                row.what()
                                        + ": wanted "
                                        + row.sign()
                                        + " "
                                        + number(row.wanted())
                                        + ", measured "
                                        + number(row.measured()))
                .toList();
    }

    /** A Markdown table. */
    void print(PrintStream out) {
        out.println("\n| budget | wanted | measured | |");
        out.println("|---|---:|---:|---|");
        for (Row row : rows) {
            out.printf(
                    "| %s | %s %s | %s | %s |%n",
                    row.what(),
                    row.sign(),
                    number(row.wanted()),
                    number(row.measured()),
                    row.verdict());
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 1000 ? "%,.2f" : "%,.0f", value);
    }
}
