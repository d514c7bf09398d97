package io.swarmnet.deploy.lab;

import com.sun.net.httpserver.HttpServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * The internet of a lab: a name server that knows {@code outside.test}, and a web server that says whom it sees. Started
 * as a process of its own in the outside host.
 */
public final class OutsideHost {
    private static final String NAME = "outside.test.";
    private static final int TTL_SECONDS = 60;

    private OutsideHost() {}

    /** @param args the address to serve on */
    public static void main(String[] args) throws Exception {
        InetAddress address = InetAddress.getByName(args[0]);
        serveHttp(address);
        serveNames(address);
        new CountDownLatch(1).await();
    }

    private static void serveHttp(InetAddress address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, 80), 64);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", exchange -> {
            byte[] body = ("you are " + exchange.getRemoteAddress().getAddress().getHostAddress() + "\n")
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private static void serveNames(InetAddress address) throws InterruptedException {
        new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                .channel(NioDatagramChannel.class)
                .handler(new io.netty.channel.ChannelInitializer<NioDatagramChannel>() {
                    @Override
                    protected void initChannel(NioDatagramChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(),
                                        new DatagramDnsResponseEncoder(),
                                        new Names(address));
                    }
                })
                .bind(new InetSocketAddress(address, 53))
                .sync();
    }

    private static final class Names extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        private final InetAddress address;

        Names(InetAddress address) {
            this.address = address;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.setRecursionDesired(query.isRecursionDesired()).setRecursionAvailable(true);
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            if (question != null) {
                response.addRecord(DnsSection.QUESTION, question);
                if (!question.name().equalsIgnoreCase(NAME)) {
                    response.setCode(DnsResponseCode.NXDOMAIN);
                } else if (question.type().equals(DnsRecordType.A)) {
                    response.addRecord(
                            DnsSection.ANSWER,
                            new DefaultDnsRawRecord(
                                    question.name(),
                                    DnsRecordType.A,
                                    TTL_SECONDS,
                                    Unpooled.wrappedBuffer(address.getAddress())));
                }
            }
            context.writeAndFlush(response);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("outside: " + cause.getMessage()); // garbage is answered by silence
        }
    }
}
