package io.swarmnet.worker.container;

import io.swarmnet.model.session.NodeAnswer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;

/**
 * A line of conmon's {@code k8s-file} log: {@code <RFC 3339 time> stdout|stderr F|P <bytes>}, where F ends a line of the
 * program and P does not (kubernetes' CRI log format). Pure.
 */
final class LogLine {
    private LogLine() {}

    /**
     * Reads the line in {@code bytes[from..to)}, its newline not included. Nothing if it is no such line: the file is
     * ours, but a torn write or another program may have been in it.
     */
    static Optional<NodeAnswer.Piece> parse(byte[] bytes, int from, int to) {
        int afterTime = indexOf(bytes, from, to);
        int afterStream = afterTime < 0 ? -1 : indexOf(bytes, afterTime + 1, to);
        int tagEnd = afterStream + 2;
        if (afterStream < 0 || tagEnd >= to || bytes[tagEnd] != ' ') {
            return Optional.empty();
        }
        String stream = text(bytes, afterTime + 1, afterStream);
        byte tag = bytes[afterStream + 1];
        Instant time = time(text(bytes, from, afterTime));
        int number = stream.equals("stdout") ? 1 : stream.equals("stderr") ? 2 : 0;
        if (number == 0 || time == null || tag != 'F' && tag != 'P') {
            return Optional.empty();
        }
        boolean partial = tag == 'P';
        int start = tagEnd + 1;
        byte[] content = Arrays.copyOfRange(bytes, start, partial ? to : to + 1);
        if (!partial) {
            content[content.length - 1] = '\n';
        }
        return Optional.of(new NodeAnswer.Piece(number, time, content, partial));
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int indexOf(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
