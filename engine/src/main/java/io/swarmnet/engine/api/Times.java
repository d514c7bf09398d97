package io.swarmnet.engine.api;

import io.swarmnet.model.error.InvalidSpecException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as Docker's API takes them: seconds since 1970 with a fraction, RFC 3339, or a duration back from now. */
final class Times {
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private Times() {}

    /** @throws InvalidSpecException when the text is none of them */
    static Instant parse(String text, Instant now) {
        try {
            if (text.matches("\\d{1,15}(\\.\\d{1,9})?")) {
                BigDecimal seconds = new BigDecimal(text);
                return Instant.ofEpochSecond(
                        seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
            }
            Matcher duration = DURATION.matcher(text);
            if (!text.isEmpty() && duration.matches()) {
                return now.minus(Duration.ofHours(part(duration, 1))
                        .plusMinutes(part(duration, 2))
                        .plusSeconds(part(duration, 3)));
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidSpecException("invalid time: \"" + text + "\"");
        }
    }

    private static long part(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }
}
