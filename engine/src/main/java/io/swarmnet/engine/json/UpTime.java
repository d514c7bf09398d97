package io.swarmnet.engine.json;

import io.swarmnet.worker.container.Container;
import java.time.Duration;
import java.time.Instant;

/** Docker's words for how long something is: {@code Up 22 seconds}, {@code Exited (0) About a minute ago}. */
final class UpTime {
    private UpTime() {}

    static String status(Container container, Instant now) {
        return switch (container.state()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + words(since(container.startedAt(), now));
            case EXITED ->
                container.finishedAt() == null
                        ? "Exited (" + container.exitCode() + ")"
                        : "Exited (" + container.exitCode() + ") " + words(since(container.finishedAt(), now)) + " ago";
            case REMOVING -> "Removal In Progress";
            case DEAD -> "Dead";
        };
    }

    private static Duration since(Instant then, Instant now) {
        return then == null || now.isBefore(then) ? Duration.ZERO : Duration.between(then, now);
    }

    /** As go-units' HumanDuration. */
    static String words(Duration duration) {
        long seconds = duration.toSeconds();
        long minutes = duration.toMinutes();
        long hours = (seconds + 1800) / 3600;
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        return hours < 24 * 365 * 2 ? hours / 24 / 30 + " months" : hours / 24 / 365 + " years";
    }
}
