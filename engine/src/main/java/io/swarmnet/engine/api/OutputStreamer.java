package io.swarmnet.engine.api;

import io.swarmnet.model.session.NodeAnswer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/**
 * Pulls output and writes it on, one piece of work at a time: the next pull begins when the last write has left for the
 * client, so a slow client holds at most one answer in memory.
 */
final class OutputStreamer {
    /** Bound of one pull, bytes. */
    static final int MAX_BYTES = 64 << 10;

    /** How long a pull waits for output, milliseconds. */
    static final long WAIT_MILLIS = 5_000;

    /** Where the output comes from. */
    interface Source {
        Future<NodeAnswer.Output> read(long cursor);
    }

    /** Where it goes. */
    interface Sink {
        /** Completes when the bytes have left. */
        Future<Void> write(Buffer bytes);

        /** True when nobody reads any more. */
        boolean isClosed();
    }

    private final Source source;
    private final Sink sink;
    private final Function<NodeAnswer.Piece, Buffer> format;
    private final boolean follow;
    private final Promise<NodeAnswer.Output> done = Promise.promise();

    private OutputStreamer(Source source, Sink sink, Function<NodeAnswer.Piece, Buffer> format, boolean follow) {
        this.source = source;
        this.sink = sink;
        this.format = format;
        this.follow = follow;
    }

    /**
     * Streams until the output ends, the client goes, or, without {@code follow}, nothing more is there.
     *
     * @param format a piece as it is written; empty to leave it out
     * @return the last answer
     */
    static Future<NodeAnswer.Output> run(
            Source source, Sink sink, Function<NodeAnswer.Piece, Buffer> format, boolean follow) {
        OutputStreamer streamer = new OutputStreamer(source, sink, format, follow);
        streamer.pull(0);
        return streamer.done.future();
    }

    private void pull(long cursor) {
        Here.of(source.read(cursor)).onComplete(read -> {
            if (read.failed()) {
                done.tryFail(read.cause());
            } else {
                write(read.result());
            }
        });
    }

    private void write(NodeAnswer.Output output) {
        Buffer bytes = Buffer.buffer();
        output.pieces().forEach(piece -> bytes.appendBuffer(format.apply(piece)));
        boolean over = output.ended() || !follow && output.pieces().isEmpty();
        Future<Void> written = bytes.length() == 0 ? Future.succeededFuture() : sink.write(bytes);
        written.onComplete(result -> {
            if (result.failed() || over || sink.isClosed()) {
                done.tryComplete(output);
            } else {
                pull(output.cursor());
            }
        });
    }
}
