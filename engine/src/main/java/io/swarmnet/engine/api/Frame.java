package io.swarmnet.engine.api;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Docker's multiplexed stream: one byte of stream, three zeros, u32 length, bytes. */
final class Frame {
    static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
    static final String RAW = "application/vnd.docker.raw-stream";
    private static final int SYSTEM_ERROR = 3;

    private Frame() {}

    /** @param stream 1 = stdout, 2 = stderr */
    static Buffer of(int stream, Buffer bytes) {
        return Buffer.buffer(8 + bytes.length())
                .appendByte((byte) stream)
                .appendByte((byte) 0)
                .appendByte((byte) 0)
                .appendByte((byte) 0)
                .appendInt(bytes.length())
                .appendBuffer(bytes);
    }

    /** What went wrong after the stream began; the CLI says {@code error from daemon in stream: ...}. */
    static Buffer error(String message) {
        return of(SYSTEM_ERROR, Buffer.buffer(message.getBytes(StandardCharsets.UTF_8)));
    }

    /** The content type that the client's API version knows. */
    static String contentType(boolean tty, int minor) {
        return tty || minor < 42 ? RAW : MULTIPLEXED;
    }
}
