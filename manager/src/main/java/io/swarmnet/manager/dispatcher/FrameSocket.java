package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.session.FrameReader;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.wire.DecodeException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages over one connection of port 2377. Belongs to the connection's event loop; nothing a peer sends throws here. */
final class FrameSocket {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSocket.class);
    private static final int WRITE_QUEUE_BYTES = 1 << 20;
    private static final long REFUSAL_MILLIS = 2_000;

    private final Vertx vertx;
    private final NetSocket socket;
    private final PortCounters counters;
    private final FrameReader reader;
    private Consumer<SessionMessage> onMessage;
    private boolean ended;

    FrameSocket(Vertx vertx, NetSocket socket, PortCounters counters, int maxBodyBytes) {
        this.vertx = vertx;
        this.socket = socket;
        this.counters = counters;
        this.reader = new FrameReader(maxBodyBytes);
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
    }

    /** @param onClosed called once, however the connection ends */
    void start(Consumer<SessionMessage> messages, Runnable onClosed) {
        onMessage = messages;
        socket.closeHandler(closed -> {
            ended = true;
            onClosed.run();
        });
        socket.exceptionHandler(
                failure -> LOG.debug("Connection failed peer={} reason={}", peer(), failure.toString()));
        socket.handler(this::received);
    }

    private void received(Buffer piece) {
        if (ended) {
            return;
        }
        try {
            reader.append(piece.getBytes());
            SessionMessage message = reader.next();
            while (message != null) {
                onMessage.accept(message);
                message = ended ? null : reader.next();
            }
        } catch (DecodeException e) {
            counters.garbage.increment();
            refuse(400, e.getMessage());
        } catch (RuntimeException e) {
            // A bug of ours that a peer may have provoked: its connection ends, the port goes on.
            LOG.error("Message not handled peer={}", peer(), e);
            counters.garbage.increment();
            refuse(500, "internal error");
        }
    }

    /** False when the connection has ended. Look at {@link #isFull} before sending what may wait. */
    boolean send(SessionMessage message) {
        if (ended) {
            return false;
        }
        socket.write(Buffer.buffer(Frames.encode(message)));
        return true;
    }

    boolean isFull() {
        return socket.writeQueueFull();
    }

    void onDrain(Runnable drained) {
        socket.drainHandler(empty -> drained.run());
    }

    /** Says why and closes; a peer that does not read is cut off after 2 s. */
    void refuse(int httpStatus, String message) {
        if (ended) {
            return;
        }
        LOG.debug("Connection refused peer={} status={} reason={}", peer(), httpStatus, message);
        counters.refused.increment();
        endWith(new SessionMessage.Refusal(httpStatus, message));
    }

    /** Sends a last message and closes once it is out. */
    void endWith(SessionMessage last) {
        if (!ended) {
            ended = true;
            long timer = vertx.setTimer(REFUSAL_MILLIS, late -> socket.close());
            socket.end(Buffer.buffer(Frames.encode(last))).onComplete(done -> {
                vertx.cancelTimer(timer);
                socket.close();
            });
        }
    }

    void close() {
        ended = true;
        socket.close();
    }

    boolean isEnded() {
        return ended;
    }

    /** The peer's address without its port. */
    String peer() {
        return socket.remoteAddress() == null
                ? "unknown"
                : socket.remoteAddress().hostAddress();
    }
}
