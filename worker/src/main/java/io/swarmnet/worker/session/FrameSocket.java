package io.swarmnet.worker.session;

import io.swarmnet.model.session.FrameReader;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.wire.DecodeException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages over a connection to a manager. Belongs to the connection's event loop; nothing a peer sends throws here. */
final class FrameSocket {
    private static final Logger LOG = LoggerFactory.getLogger(FrameSocket.class);
    private static final int WRITE_QUEUE_BYTES = 1 << 20;

    private final NetSocket socket;
    private final FrameReader reader;
    private Consumer<SessionMessage> onMessage;
    private Consumer<String> onEnd;
    private String reason = "the manager closed the connection";
    private boolean ended;

    FrameSocket(NetSocket socket, int maxBodyBytes) {
        this.socket = socket;
        this.reader = new FrameReader(maxBodyBytes);
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
    }

    /** @param ends called once, with the reason, however the connection ends */
    void start(Consumer<SessionMessage> messages, Consumer<String> ends) {
        onMessage = messages;
        onEnd = ends;
        socket.exceptionHandler(failure -> reason = Reasons.of(failure));
        socket.closeHandler(closed -> end(reason));
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
            end("the manager sent what is no message: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Message not handled manager={}", socket.remoteAddress(), e);
            end("internal error: " + e);
        }
    }

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

    /** Stops reading until what was written is out, so that a manager that does not read is not answered without end. */
    void readNoMoreUntilDrained(Runnable drained) {
        socket.pause();
        socket.drainHandler(empty -> {
            socket.resume();
            drained.run();
        });
    }

    /** Closes; tells the reason as the connection's end. */
    void end(String why) {
        if (!ended) {
            ended = true;
            socket.close();
            onEnd.accept(why);
        }
    }

    boolean isEnded() {
        return ended;
    }
}
