package io.swarmnet.dns.io;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.swarmnet.dns.wire.Rcode;
import io.swarmnet.dns.wire.UpstreamReply;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One question to one server after the other, until one answers. Each attempt has a new socket, connected so that the
 * kernel drops what comes from elsewhere and tells of a closed port at once, and a new id.
 */
final class UpstreamExchange {
    private static final int MESSAGE_BYTES_MAX = 65_535;

    private final EventLoop loop;
    private final Iterator<InetSocketAddress> servers;
    private final long timeoutMillis;
    private final RandomGenerator random;
    private final DnsCounters counters;

    private byte[] query;
    private int questionLength;
    private boolean tcp;
    private Consumer<byte[]> done;
    private Channel channel;
    private Future<?> timeout;
    private int attempt;

    UpstreamExchange(
            EventLoop loop,
            List<InetSocketAddress> servers,
            long timeoutMillis,
            RandomGenerator random,
            DnsCounters counters) {
        this.loop = loop;
        this.servers = servers.iterator();
        this.timeoutMillis = timeoutMillis;
        this.random = random;
        this.counters = counters;
    }

    /** Calls {@code done} once, on the event loop and never before this returns: with the reply, or null for none. */
    void ask(byte[] original, int length, boolean overTcp, Consumer<byte[]> whenDone) {
        query = original.clone();
        questionLength = length;
        tcp = overTcp;
        done = whenDone;
        loop.execute(this::next);
    }

    private void next() {
        int current = ++attempt; // first: what the old socket says from here on is stale
        release();
        if (!servers.hasNext()) {
            done.accept(null);
            return;
        }
        int id = random.nextInt(1 << 16);
        query[0] = (byte) (id >>> 8);
        query[1] = (byte) id;
        counters.count(DnsEvent.UPSTREAM_QUERIES);
        timeout =
                loop.schedule(() -> failed(current, DnsEvent.UPSTREAM_TIMEOUTS), timeoutMillis, TimeUnit.MILLISECONDS);
        ChannelFuture connecting = connect(servers.next(), current);
        channel = connecting.channel();
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                send(connecting.channel(), current);
            } else {
                // A socket that could not be made (EMFILE) fails on a thread of Netty's.
                loop.execute(() -> failed(current, DnsEvent.UPSTREAM_ERRORS));
            }
        });
    }

    private ChannelFuture connect(InetSocketAddress server, int current) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(tcp ? EpollSocketChannel::new : EpollDatagramChannel::new)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MESSAGE_BYTES_MAX))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        if (tcp) {
                            made.pipeline()
                                    .addLast(new LengthFieldBasedFrameDecoder(MESSAGE_BYTES_MAX + 2, 0, 2, 0, 2));
                        }
                        made.pipeline().addLast(new Replies(current));
                    }
                })
                .connect(server);
    }

    private void send(Channel to, int current) {
        ByteBuf message = Unpooled.wrappedBuffer(query.clone());
        ByteBuf framed = tcp ? Unpooled.wrappedBuffer(Unpooled.copyShort(query.length), message) : message;
        to.writeAndFlush(framed).addListener(written -> {
            if (!written.isSuccess()) {
                failed(current, DnsEvent.UPSTREAM_ERRORS);
            }
        });
    }

    private void failed(int ofAttempt, DnsEvent reason) {
        if (ofAttempt == attempt) {
            counters.count(reason);
            next();
        }
    }

    private void received(int ofAttempt, ByteBuf message) {
        if (ofAttempt != attempt) {
            return;
        }
        byte[] reply = ByteBufUtil.getBytes(message);
        if (!UpstreamReply.answers(reply, query, questionLength)) {
            counters.count(DnsEvent.UPSTREAM_MISMATCHES); // forged or late: the true one may still come
            return;
        }
        int rcode = UpstreamReply.rcode(reply);
        if (rcode == Rcode.SERVFAIL || rcode == Rcode.REFUSED || rcode == Rcode.NOTIMP) {
            failed(ofAttempt, DnsEvent.UPSTREAM_ERRORS);
            return;
        }
        attempt++;
        release();
        done.accept(reply);
    }

    private void release() {
        if (timeout != null) {
            timeout.cancel(false);
        }
        if (channel != null && channel.isOpen()) {
            channel.close();
        }
    }

    private final class Replies extends SimpleChannelInboundHandler<Object> {
        private final int ofAttempt;

        Replies(int ofAttempt) {
            this.ofAttempt = ofAttempt;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Object message) {
            received(ofAttempt, message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failed(ofAttempt, DnsEvent.UPSTREAM_ERRORS);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            failed(ofAttempt, DnsEvent.UPSTREAM_ERRORS);
        }
    }
}
