package io.armature.launcher;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;

/**
 * One event as one line: {@code 2026-01-31T08:15:30.123Z INFO [thread] logger - message}, then the
 * stack trace, if any. Control characters of the message become blanks, so that a peer cannot forge
 * lines. Not thread-safe.
 */
final class LogLine {

    private static final long MILLIS_PER_DAY = 86_400_000L;
    private static final int DAYS_PER_ERA = 146_097;

    private final StringBuilder text = new StringBuilder(256);

    String format(ILoggingEvent event) {
        text.setLength(0);
        time(event.getTimeStamp());
        text.append(' ').append(event.getLevel()).append(" [").append(event.getThreadName());
        text.append("] ").append(event.getLoggerName()).append(" - ");
        printable(event.getFormattedMessage());
        text.append('\n');
        if (event.getThrowableProxy() != null) {
            text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        String formatted = text.toString();
        if (text.capacity() > 8192) {
            text.setLength(0);
            text.trimToSize();
        }
        return formatted;
    }

    private void printable(String message) {
        if (message == null) {
            return;
        }
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            text.append(c < ' ' || c == 127 ? ' ' : c);
        }
    }

    /** UTC by hand: the JDK's formatters cost milliseconds at their first use. */
    private void time(long epochMillis) {
        long days = Math.floorDiv(epochMillis, MILLIS_PER_DAY);
        date(days);
        int rest = (int) Math.floorMod(epochMillis, MILLIS_PER_DAY);
        digits('T', rest / 3_600_000, 2);
        digits(':', rest / 60_000 % 60, 2);
        digits(':', rest / 1000 % 60, 2);
        digits('.', rest % 1000, 3);
        text.append('Z');
    }

    /** Civil date of a day since 1970-01-01: years begin in March, eras last 400 years. */
    private void date(long epochDay) {
        long shifted = epochDay + 719_468;
        long era = Math.floorDiv(shifted, DAYS_PER_ERA);
        int dayOfEra = (int) Math.floorMod(shifted, (long) DAYS_PER_ERA);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int month = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * month + 2) / 5 + 1;
        text.append(era * 400 + yearOfEra + (month >= 10 ? 1 : 0));
        digits('-', month < 10 ? month + 3 : month - 9, 2);
        digits('-', day, 2);
    }

    private void digits(char before, int value, int width) {
        text.append(before);
        for (int unit = width == 3 ? 100 : 10; unit > 0; unit /= 10) {
            text.append((char) ('0' + value / unit % 10));
        }
    }
}
