package io.armature.itest.fault;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that goes wrong in a life of the device.
 *
 * @param nth which passage of the point is hit, 1 for the first
 */
record Injection(FaultPoint point, Harm harm, int nth) {

    private static final String NONE = "-";

    /** What it covers, whichever passage it hits. */
    record Target(FaultPoint point, Harm harm) {

        /** Each harm at each point that every campaign must meet. */
        static List<Target> all() {
            return Stream.of(FaultPoint.values())
                    .filter(FaultPoint::everywhere)
                    .flatMap(point -> point.harms().stream().map(harm -> new Target(point, harm)))
                    .toList();
        }

        @Override
        public String toString() {
            return point + ":" + harm;
        }

        static Target parse(String text) {
            String[] words = text.split(":", -1);
            return new Target(FaultPoint.valueOf(words[0]), Harm.valueOf(words[1]));
        }
    }

    Target target() {
        return new Target(point, harm);
    }

    @Override
    public String toString() {
        return target() + ":" + nth;
    }

    static String text(List<Injection> injections) {
        return injections.isEmpty()
                ? NONE
                : injections.stream().map(Injection::toString).collect(Collectors.joining(","));
    }

    static List<Injection> parse(String text) {
        return text.equals(NONE)
                ? List.of()
                : Stream.of(text.split(",", -1)).map(Injection::parseOne).toList();
    }

    private static Injection parseOne(String text) {
        Target target = Target.parse(text);
        int nth = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
        return new Injection(target.point(), target.harm(), nth);
    }
}
