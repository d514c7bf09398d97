package io.swarmnet.dns.io;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TCP connections of one sandbox (RFC 7766): bounded in number, in idle time, and in what may wait to be sent. */
@Sharable
final class TcpConnections extends ChannelInitializer<Channel> {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnections.class);

    /** Of one sandbox at once; one more is closed. */
    static final int CONNECTIONS_MAX = 128;

    private static final int IDLE_SECONDS = 10;
    private static final int QUERY_BYTES_MAX = 4_096;

    private final QueryAnswerer answerer;
    private final DnsCounters counters;
    private final Set<Channel> open = new LinkedHashSet<>();

    TcpConnections(QueryAnswerer answerer, DnsCounters counters) {
        this.answerer = answerer;
        this.counters = counters;
    }

    @Override
    protected void initChannel(Channel connection) {
        if (open.size() >= CONNECTIONS_MAX) {
            counters.count(DnsEvent.TCP_CONNECTIONS_REFUSED);
            connection.close();
            return;
        }
        open.add(connection);
        connection.closeFuture().addListener(closed -> open.remove(connection));
        connection
                .pipeline()
                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                .addLast(new LengthFieldBasedFrameDecoder(QUERY_BYTES_MAX + 2, 0, 2, 0, 2))
                .addLast(new LengthFieldPrepender(2))
                .addLast(new Queries());
    }

    void closeAll() {
        List.copyOf(open).forEach(Channel::close);
    }

    private final class Queries extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
            answerer.answer(message, true, ctx.alloc(), ctx::writeAndFlush);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            // Who does not read our answers may not ask more.
            ctx.channel().config().setAutoRead(ctx.channel().isWritable());
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof IdleStateEvent) {
                counters.count(DnsEvent.TCP_IDLE_CLOSED);
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug(
                    "TCP connection of a sandbox closed peer={}", ctx.channel().remoteAddress(), cause);
            ctx.close();
        }
    }
}
