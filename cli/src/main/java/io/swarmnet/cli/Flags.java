package io.swarmnet.cli;

import io.swarmnet.model.net.Subnet;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of flags, checked here as docker's client checks them; the rest is the daemon's to judge. */
final class Flags {
    static final String LISTEN_ADDRESS = "0.0.0.0:2377";

    private static final String LISTEN_PORT = "2377";
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");

    private Flags() {}

    static String availability(String word) {
        if (!word.isEmpty() && !word.equals("active") && !word.equals("pause") && !word.equals("drain")) {
            throw CliException.failed(
                    "invalid availability \"" + word + "\", only active, pause and drain are supported");
        }
        return word;
    }

    /** A whole number from 0 to {@code max}. */
    static long number(String flag, String text, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw CliException.flag(flag, text, "not a whole number from 0 to " + max);
    }

    /** Nanoseconds of a text such as {@code 1h30m} or {@code 5s} (Go's {@code time.ParseDuration}). */
    static long durationNanos(String flag, String text) {
        Matcher part = DURATION_PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length() && part.find(at) && part.start() == at) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unitNanos(part.group(2)))));
            at = part.end();
        }
        boolean whole = at == text.length() && at > 0;
        if (!whole || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw CliException.flag(flag, text, "time: invalid duration \"" + text + "\"");
        }
        return nanos.longValue();
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }

    static String cidr(String flag, String text) {
        try {
            return Subnet.parse(text).toString();
        } catch (IllegalArgumentException e) {
            throw CliException.flag(flag, text, e.getMessage());
        }
    }

    /** An address or interface with a port; 2377 is added where none is given. */
    static String listenAddress(String text) {
        int colon = text.lastIndexOf(':');
        boolean bareV6 = text.indexOf(':') != colon && !text.startsWith("[");
        if (colon < 0 || bareV6 || text.endsWith("]")) {
            return (bareV6 ? "[" + text + "]" : text) + ":" + LISTEN_PORT;
        }
        if (!text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw CliException.flag("--listen-addr", text, "invalid port \"" + text.substring(colon) + "\" after host");
        }
        return text;
    }
}
