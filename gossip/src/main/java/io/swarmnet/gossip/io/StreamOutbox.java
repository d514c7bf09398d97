package io.swarmnet.gossip.io;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.wire.Envelope;
import io.swarmnet.model.net.IpAddress;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** Frames to peers over TCP: one connection a peer, closed when idle. What does not fit the bounds is dropped and counted. */
final class StreamOutbox {
    private static final int CONNECTIONS_MAX = 128;
    private static final int WAITING_BYTES_MAX = 2 * Envelope.FRAME_BYTES_MAX;
    private static final int IDLE_SECONDS = 10;

    private record Destination(IpAddress address, int port) {}

    private static final class Link {
        final Queue<Buffer> waiting = new ArrayDeque<>();
        int waitingBytes;
        NetSocket socket;
    }

    private final GossipCounters counters;
    private final NetClient client;
    private final Map<Destination, Link> links = new HashMap<>();

    StreamOutbox(Vertx vertx, IpAddress bind, GossipCounters counters) {
        this.counters = counters;
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout(2_000)
                .setTcpNoDelay(true)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        if (!bind.toInet().isAnyLocalAddress()) {
            options.setLocalAddress(bind.toString());
        }
        client = vertx.createNetClient(options);
    }

    void send(IpAddress address, int port, byte[] sealed) {
        Destination to = new Destination(address, port);
        Link link = links.get(to);
        if (link == null) {
            if (links.size() >= CONNECTIONS_MAX) {
                counters.drop(DropReason.QUEUE_FULL);
                return;
            }
            link = new Link();
            links.put(to, link);
            connect(to, link);
        }
        if (link.waitingBytes + sealed.length > WAITING_BYTES_MAX) {
            counters.drop(DropReason.QUEUE_FULL);
            return;
        }
        link.waiting.add(
                Buffer.buffer(4 + sealed.length).appendInt(sealed.length).appendBytes(sealed));
        link.waitingBytes += sealed.length;
        flush(link);
    }

    void close() {
        client.close();
    }

    private void connect(Destination to, Link link) {
        client.connect(to.port(), to.address().toString()).onComplete(connected -> {
            if (connected.failed()) {
                link.waiting.forEach(frame -> counters.drop(DropReason.UNREACHABLE));
                links.remove(to, link);
                return;
            }
            link.socket = connected.result();
            link.socket
                    .handler(data -> {})
                    .exceptionHandler(failure -> {})
                    .closeHandler(v -> {
                        link.waiting.forEach(frame -> counters.drop(DropReason.UNREACHABLE));
                        links.remove(to, link);
                    })
                    .drainHandler(v -> flush(link));
            flush(link);
        });
    }

    private void flush(Link link) {
        while (link.socket != null && !link.socket.writeQueueFull() && !link.waiting.isEmpty()) {
            Buffer frame = link.waiting.remove();
            link.waitingBytes -= frame.length() - 4;
            counters.streamFramesSent.increment();
            counters.bytesSent.add(frame.length());
            link.socket.write(frame);
        }
    }
}
