package io.swarmnet.engine.api;

import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.session.NodeAnswer;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.function.Function;

/**
 * What a client asked of a log.
 *
 * @param tail lines from the end; -1 = all
 * @param since null = from the start
 * @param until null = to the end
 */
record LogOptions(
        boolean follow, int tail, Instant since, Instant until, boolean timestamps, boolean stdout, boolean stderr) {
    static LogOptions of(Call call) {
        boolean stdout = call.flag("stdout");
        boolean stderr = call.flag("stderr");
        if (!stdout && !stderr) {
            throw new InvalidSpecException("Bad parameters: you must choose at least one stream");
        }
        return new LogOptions(
                call.flag("follow"),
                tail(call.query("tail")),
                time(call.query("since")),
                time(call.query("until")),
                call.flag("timestamps"),
                stdout,
                stderr);
    }

    private static int tail(String text) {
        // Docker reads everything that is no number as "all".
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }

    private static Instant time(String text) {
        return text.isEmpty() || text.equals("0") ? null : Times.parse(text, Instant.now());
    }

    /**
     * How a piece is written.
     *
     * @param tty no frames
     * @param prefix before each line, after its time
     */
    Function<NodeAnswer.Piece, Buffer> format(boolean tty, String prefix) {
        boolean[] midLine = new boolean[4];
        return piece -> {
            boolean goesOn = midLine[piece.stream() & 3];
            midLine[piece.stream() & 3] = piece.partial();
            boolean wanted = piece.stream() == 2 ? stderr : stdout;
            if (!wanted
                    || since != null && piece.time().isBefore(since)
                    || until != null && piece.time().isAfter(until)) {
                return Buffer.buffer();
            }
            Buffer line = Buffer.buffer();
            if (!goesOn) {
                line.appendString(timestamps ? nineDigits(piece.time()) + " " : "")
                        .appendString(prefix);
            }
            line.appendBytes(piece.bytes());
            return tty ? line : Frame.of(piece.stream(), line);
        };
    }

    /** RFC 3339 with all nine digits, so that lines stand below each other. */
    private static String nineDigits(Instant time) {
        String seconds = DockerJson.time(Instant.ofEpochSecond(time.getEpochSecond()));
        return seconds.substring(0, seconds.length() - 1) + String.format(".%09dZ", time.getNano());
    }
}
