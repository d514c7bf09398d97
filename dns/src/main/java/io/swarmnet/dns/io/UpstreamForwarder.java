package io.swarmnet.dns.io;

import io.netty.channel.EventLoop;
import io.swarmnet.dns.wire.Query;
import io.swarmnet.dns.wire.Rcode;
import io.swarmnet.dns.wire.UpstreamReply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Asks the host's name servers what is not ours. Each question has a socket of its own, so a port of the kernel's choice
 * and an id of ours guard it; like questions share one; replies are kept for their TTL. Sockets are made on the event loop,
 * in the host's namespace.
 *
 * <p>Belongs to one event-loop context; {@link #servers} may be called from anywhere.
 */
public final class UpstreamForwarder {
    private final ContextInternal context;
    private final ForwarderConfig config;
    private final RandomGenerator random;
    private final DnsCounters counters;
    private final AnswerCache cache;
    private final Map<ByteBuffer, Flight> flights = new HashMap<>();
    private int inFlight;
    private int waiters;
    private long serverListVersion;
    private volatile List<InetSocketAddress> servers = List.of();

    /** A question on its way, and who waits for it. */
    private record Flight(List<Waiter> waiters) {}

    private record Waiter(byte[] query, int questionLength, Promise<byte[]> promise) {}

    /**
     * @param context an event-loop context of a Vert.x with native transport; the one of the {@link DnsServer}
     * @param random must be hard to guess (a {@code SecureRandom}): it draws the ids that keep forged replies out
     */
    public UpstreamForwarder(Context context, ForwarderConfig config, RandomGenerator random, DnsCounters counters) {
        this.context = (ContextInternal) context;
        this.config = config;
        this.random = random;
        this.counters = counters;
        this.cache = new AnswerCache(config.cacheEntriesMax(), config.cacheSecondsMax());
    }

    /** Another one with the same bounds and servers of its own: for a sandbox that was given some by {@code --dns}. */
    UpstreamForwarder withServers(List<InetSocketAddress> own) {
        UpstreamForwarder other = new UpstreamForwarder(context, config, random, counters);
        other.servers(own);
        return other;
    }

    /** Replaces the servers, in the order they are asked; what was kept from the old ones is forgotten. */
    public void servers(List<InetSocketAddress> servers) {
        List<InetSocketAddress> copy = List.copyOf(servers);
        this.servers = copy;
        context.runOnContext(v -> {
            serverListVersion++;
            cache.clear();
        });
    }

    public List<InetSocketAddress> servers() {
        return servers;
    }

    /**
     * Forwards a query on the event loop, over the transport it came by (Docker does the same).
     *
     * @param query the raw message
     * @param read the same message as it was read, without fault
     * @param tcp how it came
     * @return the raw reply with the asker's id and question; SERVFAIL when no server answered, REFUSED when too many
     *     questions are on their way. Never fails.
     */
    public Future<byte[]> forward(byte[] query, Query read, boolean tcp) {
        counters.count(DnsEvent.FORWARDS);
        int length = read.questionLength();
        // A query with EDNS options (a cookie) wants a reply made for it alone.
        ByteBuffer key = read.ednsOptions() ? null : keyOf(query, length, tcp);
        byte[] kept = key == null ? null : cache.find(key, query, length, nowMillis());
        if (kept != null) {
            counters.count(DnsEvent.CACHE_HITS);
            return context.succeededFuture(kept);
        }
        Waiter waiter = new Waiter(query, length, context.promise());
        Flight like = key == null ? null : flights.get(key);
        if (like == null ? inFlight >= config.inFlightMax() : waiters >= config.waitersMax()) {
            counters.count(DnsEvent.FORWARDS_REFUSED);
            return context.succeededFuture(error(query, length, Rcode.REFUSED));
        }
        if (like != null) {
            counters.count(DnsEvent.JOINED);
            waiters++;
            like.waiters().add(waiter);
        } else {
            takeOff(key, waiter, tcp);
        }
        return waiter.promise().future();
    }

    private void takeOff(ByteBuffer key, Waiter first, boolean tcp) {
        Flight flight = new Flight(new ArrayList<>(List.of(first)));
        if (key != null) {
            flights.put(key, flight);
        }
        inFlight++;
        long version = serverListVersion;
        List<InetSocketAddress> asked =
                servers.stream().limit(config.serversMax()).toList();
        new UpstreamExchange(loop(), asked, config.timeoutMillis(), random, counters)
                .ask(first.query(), first.questionLength(), tcp, reply -> land(key, flight, reply, version));
    }

    private void land(ByteBuffer key, Flight flight, byte[] reply, long version) {
        inFlight--;
        waiters -= flight.waiters().size() - 1;
        if (key != null) {
            flights.remove(key);
        }
        if (reply == null) {
            counters.count(DnsEvent.UPSTREAM_EXHAUSTED);
        } else if (key != null && version == serverListVersion) {
            UpstreamReply parsed =
                    UpstreamReply.read(reply, flight.waiters().get(0).questionLength());
            if (parsed != null) {
                cache.store(key, parsed, nowMillis());
            }
        }
        for (Waiter waiter : flight.waiters()) {
            waiter.promise()
                    .complete(
                            reply == null
                                    ? error(waiter.query(), waiter.questionLength(), Rcode.SERVFAIL)
                                    : UpstreamReply.addressed(reply, waiter.query(), waiter.questionLength()));
        }
    }

    /** How many questions are on their way; on the event loop. */
    int inFlight() {
        return inFlight;
    }

    /** Everything but the id, the question in lower case: flags, type, class, EDNS size and DO bit, and the transport. */
    private static ByteBuffer keyOf(byte[] query, int questionLength, boolean tcp) {
        byte[] key = query.clone();
        key[0] = 0;
        key[1] = (byte) (tcp ? 1 : 0);
        for (int i = Query.HEADER_BYTES; i < Query.HEADER_BYTES + questionLength - 4; i++) {
            if (key[i] >= 'A' && key[i] <= 'Z') { // no length byte is: labels have 63 bytes at most
                key[i] += 32;
            }
        }
        return ByteBuffer.wrap(key);
    }

    /** A reply with the question and no record, made from the query's own first bytes. */
    private static byte[] error(byte[] query, int questionLength, int rcode) {
        byte[] reply = new byte[Query.HEADER_BYTES + questionLength];
        System.arraycopy(query, 0, reply, 0, reply.length);
        reply[2] = (byte) (0x80 | query[2] & 0x79);
        reply[3] = (byte) (0x80 | query[3] & 0x10 | rcode);
        reply[6] = reply[7] = reply[8] = reply[9] = reply[10] = reply[11] = 0;
        return reply;
    }

    private EventLoop loop() {
        return context.nettyEventLoop();
    }

    private static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
