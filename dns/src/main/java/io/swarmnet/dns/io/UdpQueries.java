package io.swarmnet.dns.io;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Datagrams of a sandbox: replies of one read are sent in one go. */
final class UdpQueries extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final Logger LOG = LoggerFactory.getLogger(UdpQueries.class);

    private final QueryAnswerer answerer;
    private boolean reading;

    UdpQueries(QueryAnswerer answerer) {
        this.answerer = answerer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        InetSocketAddress asker = packet.sender();
        reading = true;
        answerer.answer(packet.content(), false, ctx.alloc(), reply -> {
            // A full send buffer drops the datagram, as the network may: the asker tries again.
            ctx.write(new DatagramPacket(reply, asker));
            if (!reading) {
                ctx.flush();
            }
        });
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("UDP socket of a sandbox reported local={}", ctx.channel().localAddress(), cause);
    }
}
