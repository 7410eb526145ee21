package io.armature.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The samples of one row of a table, one a round. */
final class Series {

    private final String label;
    private final List<Sample> samples = new ArrayList<>();

    Series(String label) {
        this.label = label;
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    String label() {
        return label;
    }

    /** Median of the rounds' rates. */
    double rate() {
        return median(samples.stream().mapToDouble(Sample::perSecond).toArray());
    }

    /** One row of a Markdown table: label, median rate, least and most, p50, p99, p99.9 in µs. */
    String row() {
        double[] rates = samples.stream().mapToDouble(Sample::perSecond).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f – %,.0f | %s | %s | %s |",
                label,
                median(rates),
                rates[0],
                rates[rates.length - 1],
                micros(0.50),
                micros(0.99),
                micros(0.999));
    }

    /** One row of a Markdown table: label, median rate, least and most. */
    String rates() {
        double[] rates = samples.stream().mapToDouble(Sample::perSecond).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f – %,.0f |",
                label,
                median(rates),
                rates[0],
                rates[rates.length - 1]);
    }

    private String micros(double share) {
        double value = median(samples.stream().mapToDouble(s -> s.micros(share)).toArray());
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,.0f", value);
    }

    static double median(List<Double> values) {
        return median(values.stream().mapToDouble(value -> value).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
