package io.swarmnet.dns.io;

import io.swarmnet.dns.names.NameTable;
import io.swarmnet.dns.names.Resolver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** A server on a Vert.x of its own, for tests. */
final class Loopback {
    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    final Context context = ((VertxInternal) vertx).createEventLoopContext();
    final NameTable table = new NameTable();
    final DnsCounters counters = new DnsCounters();
    final UpstreamForwarder forwarder;
    final DnsServer server;

    Loopback(ForwarderConfig config, InetSocketAddress... upstream) {
        forwarder = new UpstreamForwarder(context, config, new SecureRandom(), counters);
        forwarder.servers(List.of(upstream));
        server = DnsServer.create(context, new Resolver(table, new Random(1)), forwarder, counters);
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Waits for a future from a test thread. */
    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static Message query(String name, int type) throws Exception {
        return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
    }

    void close() throws Exception {
        await(server.close());
        await(vertx.close());
    }
}
