package io.swarmnet.dns.io;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.swarmnet.dns.names.Resolver;
import io.swarmnet.dns.names.SandboxNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The two sockets of one sandbox and what is on its way for it; on the server's event loop. */
final class ServedSandbox implements Registration {
    /** Room for a query with EDNS options and cookies; a longer one is cut and refused as malformed. */
    private static final int QUERY_BYTES_MAX = 4_096;

    private final ContextInternal context;
    private final SandboxNames names;
    private final QueryAnswerer answerer;
    private final TcpConnections connections;
    private final Consumer<ServedSandbox> whenClosed;
    private volatile Channel udp;
    private volatile Channel tcp;

    ServedSandbox(
            ContextInternal context,
            SandboxNames names,
            Resolver resolver,
            UpstreamForwarder forwarder,
            DnsCounters counters,
            Consumer<ServedSandbox> whenClosed) {
        this.context = context;
        this.names = names;
        this.answerer = new QueryAnswerer(names, resolver, forwarder, counters);
        this.connections = new TcpConnections(answerer, counters);
        this.whenClosed = whenClosed;
    }

    /** Takes over bound descriptors; both are closed by {@link #close} even when this fails or throws. */
    Future<Void> adopt(int udpFd, int tcpFd) throws IOException {
        EpollDatagramChannel udpSocket = new EpollDatagramChannel(udpFd);
        udp = udpSocket;
        EpollServerSocketChannel tcpSocket = tcpChannel(tcpFd);
        tcp = tcpSocket;
        return both(
                udpBootstrap(() -> udpSocket).register(),
                tcpBootstrap(() -> tcpSocket).register());
    }

    private static EpollServerSocketChannel tcpChannel(int fd) throws IOException {
        try {
            return new EpollServerSocketChannel(fd);
        } catch (RuntimeException notASocket) {
            new FileDescriptor(fd).close();
            throw notASocket;
        }
    }

    Future<Void> bind(InetSocketAddress address) {
        ChannelFuture tcpBound = tcpBootstrap(EpollServerSocketChannel::new).bind(address);
        tcp = tcpBound.channel();
        return settled(tcpBound).compose(v -> {
            InetSocketAddress same =
                    new InetSocketAddress(address.getAddress(), tcpAddress().getPort());
            ChannelFuture udpBound = udpBootstrap(EpollDatagramChannel::new).bind(same);
            udp = udpBound.channel();
            return settled(udpBound);
        });
    }

    private Bootstrap udpBootstrap(Supplier<EpollDatagramChannel> socket) {
        return new Bootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(socket::get)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(QUERY_BYTES_MAX))
                .handler(new UdpQueries(answerer));
    }

    private ServerBootstrap tcpBootstrap(Supplier<EpollServerSocketChannel> socket) {
        return new ServerBootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(socket::get)
                .option(ChannelOption.SO_BACKLOG, TcpConnections.CONNECTIONS_MAX)
                .childHandler(connections);
    }

    @Override
    public SandboxNames names() {
        return names;
    }

    @Override
    public InetSocketAddress udpAddress() {
        return (InetSocketAddress) udp.localAddress();
    }

    @Override
    public InetSocketAddress tcpAddress() {
        return (InetSocketAddress) tcp.localAddress();
    }

    @Override
    public Future<Void> close() {
        List<Future<Void>> closing = Stream.of(udp, tcp)
                .filter(channel -> channel != null)
                .map(this::closed)
                .toList();
        return Future.join(closing).<Void>mapEmpty().eventually(() -> {
            connections.closeAll();
            whenClosed.accept(this);
            return Future.succeededFuture();
        });
    }

    private Future<Void> closed(Channel channel) {
        // A channel that was never registered has no loop to close it on, only a descriptor.
        if (!channel.isRegistered()) {
            channel.unsafe().closeForcibly();
            return context.succeededFuture();
        }
        return settled(channel.close());
    }

    private Future<Void> both(ChannelFuture one, ChannelFuture other) {
        return Future.join(settled(one), settled(other)).mapEmpty();
    }

    private Future<Void> settled(ChannelFuture future) {
        Promise<Void> promise = context.promise();
        future.addListener(done -> {
            if (done.isSuccess()) {
                promise.complete();
            } else {
                promise.fail(done.cause());
            }
        });
        return promise.future();
    }
}
