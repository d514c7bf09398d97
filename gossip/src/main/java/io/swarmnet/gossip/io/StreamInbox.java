package io.swarmnet.gossip.io;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.wire.Envelope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.function.Consumer;

/**
 * Frames from TCP connections: a length (u32, at most 4 MiB) and an envelope. Bounded in connections, and in the bytes that
 * all of them together have announced and not yet brought, as nobody has proved anything before the frame is whole.
 */
final class StreamInbox {
    private static final int CONNECTIONS_MAX = 256;
    private static final long ANNOUNCED_BYTES_MAX = 32L * 1024 * 1024;

    private final GossipCounters counters;
    private final Consumer<byte[]> receiver;
    private int connections;
    private long announcedBytes;

    StreamInbox(GossipCounters counters, Consumer<byte[]> receiver) {
        this.counters = counters;
        this.receiver = receiver;
    }

    void accept(NetSocket socket) {
        if (connections >= CONNECTIONS_MAX) {
            counters.drop(DropReason.QUEUE_FULL);
            socket.close();
            return;
        }
        connections++;
        new Connection(socket);
    }

    private final class Connection {
        private final NetSocket socket;
        private final RecordParser parser = RecordParser.newFixed(4);
        private int announced;

        Connection(NetSocket socket) {
            this.socket = socket;
            parser.handler(this::onRecord);
            socket.handler(parser).exceptionHandler(failure -> socket.close()).closeHandler(v -> {
                connections--;
                announcedBytes -= announced;
                announced = 0;
            });
        }

        private void onRecord(Buffer record) {
            if (announced == 0) {
                onLength(record.getInt(0));
                return;
            }
            announcedBytes -= announced;
            announced = 0;
            parser.fixedSizeMode(4);
            counters.streamFramesReceived.increment();
            receiver.accept(record.getBytes());
        }

        private void onLength(int length) {
            if (length < Envelope.OVERHEAD_BYTES || length > Envelope.FRAME_BYTES_MAX) {
                refuse(length < 0 || length > Envelope.FRAME_BYTES_MAX ? DropReason.TOO_LARGE : DropReason.TOO_SHORT);
            } else if (announcedBytes + length > ANNOUNCED_BYTES_MAX) {
                refuse(DropReason.QUEUE_FULL);
            } else {
                announced = length;
                announcedBytes += length;
                parser.fixedSizeMode(length);
            }
        }

        private void refuse(DropReason reason) {
            counters.drop(reason);
            parser.handler(record -> {});
            socket.handler(data -> {});
            socket.close();
        }
    }
}
