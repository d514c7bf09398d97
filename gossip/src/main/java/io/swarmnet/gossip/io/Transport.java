package io.swarmnet.gossip.io;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.wire.Envelope;
import io.swarmnet.model.net.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The two sockets of the gossip port. To be used on one context; received bytes come on it too. */
final class Transport {
    private static final int ANY_PORT_TRIES = 8;
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private final Vertx vertx;
    private final IpAddress bind;
    private final GossipCounters counters;
    private final BiConsumer<Envelope.Kind, byte[]> receiver;
    private final StreamOutbox outbox;
    private DatagramSocket udp;
    private NetServer tcp;

    Transport(Vertx vertx, IpAddress bind, GossipCounters counters, BiConsumer<Envelope.Kind, byte[]> receiver) {
        this.vertx = vertx;
        this.bind = bind;
        this.counters = counters;
        this.receiver = receiver;
        this.outbox = new StreamOutbox(vertx, bind, counters);
    }

    /** Binds both to the same port. With port 0 another one is tried when TCP cannot have the one UDP got. */
    Future<Integer> start(int port) {
        return start(port, port == 0 ? ANY_PORT_TRIES : 1);
    }

    void datagram(IpAddress address, int port, byte[] sealed) {
        counters.datagramsSent.increment();
        counters.bytesSent.add(sealed.length);
        udp.send(Buffer.buffer(sealed), port, address.toString())
                .onFailure(failure -> counters.drop(DropReason.UNREACHABLE));
    }

    void frame(IpAddress address, int port, byte[] sealed) {
        outbox.send(address, port, sealed);
    }

    Future<Void> stop() {
        outbox.close();
        Future<Void> udpClosed = udp == null ? Future.succeededFuture() : udp.close();
        Future<Void> tcpClosed = tcp == null ? Future.succeededFuture() : tcp.close();
        return Future.join(udpClosed, tcpClosed).mapEmpty();
    }

    private Future<Integer> start(int port, int tries) {
        udp = vertx.createDatagramSocket(new DatagramSocketOptions()
                .setReceiveBufferSize(SOCKET_BUFFER_BYTES)
                .setIpV6(!bind.isV4()));
        udp.handler(packet -> receive(Envelope.Kind.DATAGRAM, packet.data().getBytes()));
        udp.exceptionHandler(failure -> counters.drop(DropReason.UNREACHABLE));
        return udp.listen(port, bind.toString())
                .recover(failure -> Future.failedFuture(cannotBind("udp", port, failure)))
                .compose(bound -> startTcp(bound.localAddress().port()))
                .recover(failure -> {
                    if (tries > 1 && port == 0) {
                        return udp.close().compose(v -> start(0, tries - 1));
                    }
                    return stop().transform(closed -> Future.failedFuture(failure));
                });
    }

    private Future<Integer> startTcp(int port) {
        StreamInbox inbox = new StreamInbox(counters, bytes -> receive(Envelope.Kind.STREAM, bytes));
        tcp = vertx.createNetServer(
                new NetServerOptions().setReuseAddress(true).setIdleTimeout(30).setIdleTimeoutUnit(TimeUnit.SECONDS));
        tcp.connectHandler(inbox::accept);
        return tcp.listen(port, bind.toString())
                .map(NetServer::actualPort)
                .recover(failure -> Future.failedFuture(cannotBind("tcp", port, failure)));
    }

    private void receive(Envelope.Kind kind, byte[] bytes) {
        if (kind == Envelope.Kind.DATAGRAM) {
            counters.datagramsReceived.increment();
        }
        counters.bytesReceived.add(bytes.length);
        receiver.accept(kind, bytes);
    }

    private IllegalStateException cannotBind(String protocol, int port, Throwable failure) {
        return new IllegalStateException(
                "bind gossip " + protocol + " " + bind + " port " + port + ": " + failure.getMessage(), failure);
    }
}
