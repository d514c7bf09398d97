package io.swarmnet.dns.io;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.swarmnet.dns.names.Answer;
import io.swarmnet.dns.names.Answer.Verdict;
import io.swarmnet.dns.names.Resolver;
import io.swarmnet.dns.names.SandboxNames;
import io.swarmnet.dns.wire.Query;
import io.swarmnet.dns.wire.Rcode;
import io.swarmnet.dns.wire.Reply;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the messages of one sandbox into replies, whatever carried them. */
final class QueryAnswerer {
    private static final Logger LOG = LoggerFactory.getLogger(QueryAnswerer.class);

    /** Of one sandbox: less than the forwarder's bound, so that one cannot take it all from the others. */
    static final int FORWARDS_MAX = 512;

    private static final int TCP_BYTES_MAX = 65_535;

    private final SandboxNames names;
    private final Resolver resolver;
    private final UpstreamForwarder forwarder;
    private final DnsCounters counters;
    private int forwards;

    QueryAnswerer(SandboxNames names, Resolver resolver, UpstreamForwarder forwarder, DnsCounters counters) {
        this.names = names;
        this.resolver = resolver;
        this.forwarder = forwarder;
        this.counters = counters;
    }

    /**
     * Answers a message, now or when an upstream server has answered.
     *
     * @param message is read, not moved and not released
     * @param reply given one buffer to send and release, or nothing at all when the message deserves no answer
     */
    void answer(ByteBuf message, boolean tcp, ByteBufAllocator buffers, Consumer<ByteBuf> reply) {
        Query query = Query.read(message);
        switch (query.fault()) {
            case NONE -> {
                counters.count(DnsEvent.QUERIES);
                resolve(message, query, tcp, buffers, reply);
            }
            case NOT_A_QUERY -> counters.count(DnsEvent.NOT_A_QUERY);
            case MALFORMED -> empty(message, query, Rcode.FORMERR, DnsEvent.MALFORMED, buffers, reply);
            case OTHER_OPCODE -> empty(message, query, Rcode.NOTIMP, DnsEvent.OTHER_OPCODE, buffers, reply);
            case OTHER_EDNS_VERSION ->
                empty(message, query, Rcode.BADVERS, DnsEvent.OTHER_EDNS_VERSION, buffers, reply);
        }
    }

    private void resolve(ByteBuf message, Query query, boolean tcp, ByteBufAllocator buffers, Consumer<ByteBuf> reply) {
        Answer answer;
        try {
            answer = resolver.resolve(query.question(), names);
        } catch (RuntimeException bug) {
            LOG.error("Question could not be answered name={}", query.question().name(), bug);
            empty(message, query, Rcode.SERVFAIL, DnsEvent.FAILURES, buffers, reply);
            return;
        }
        if (answer == Verdict.FORWARD) {
            forward(message, query, tcp, buffers, reply);
        } else if (answer instanceof Answer.Addresses found) {
            addresses(message, query, found, tcp, buffers, reply);
        } else if (answer instanceof Answer.Pointer pointer) {
            ByteBuf out = buffers.buffer(512);
            Reply.pointer(out, message, query, pointer.target(), Resolver.TTL_SECONDS);
            counters.count(DnsEvent.LOCAL_ANSWERS);
            reply.accept(out);
        } else {
            DnsEvent event = answer == Verdict.NO_DATA ? DnsEvent.LOCAL_ANSWERS : DnsEvent.LOCAL_DENIALS;
            empty(message, query, rcodeOf((Verdict) answer), event, buffers, reply);
        }
    }

    private static int rcodeOf(Verdict verdict) {
        return switch (verdict) {
            case NO_DATA -> Rcode.NOERROR;
            case NAME_ERROR -> Rcode.NXDOMAIN;
            case SERVER_FAILURE -> Rcode.SERVFAIL;
            case REFUSED -> Rcode.REFUSED;
            case FORWARD -> throw new IllegalStateException("a forwarded question has no code of ours");
        };
    }

    private void addresses(
            ByteBuf message,
            Query query,
            Answer.Addresses found,
            boolean tcp,
            ByteBufAllocator buffers,
            Consumer<ByteBuf> reply) {
        int bytesMax = tcp ? TCP_BYTES_MAX : query.udpBytesMax();
        ByteBuf out = buffers.buffer(512);
        Reply.addresses(out, message, query, found.addresses(), Resolver.TTL_SECONDS, bytesMax);
        counters.count(DnsEvent.LOCAL_ANSWERS);
        if ((out.getByte(2) & 2) != 0) {
            counters.count(DnsEvent.TRUNCATED);
        }
        reply.accept(out);
    }

    private void forward(ByteBuf message, Query query, boolean tcp, ByteBufAllocator buffers, Consumer<ByteBuf> reply) {
        if (forwards >= FORWARDS_MAX) {
            empty(message, query, Rcode.REFUSED, DnsEvent.SANDBOX_FORWARDS_REFUSED, buffers, reply);
            return;
        }
        forwards++;
        byte[] raw = ByteBufUtil.getBytes(message);
        forwarder.forward(raw, query, tcp).onSuccess(upstream -> {
            forwards--;
            if (tcp || upstream.length <= query.udpBytesMax()) {
                reply.accept(Unpooled.wrappedBuffer(upstream));
                return;
            }
            ByteBuf out = buffers.buffer(512);
            Reply.truncated(out, Unpooled.wrappedBuffer(raw), query);
            counters.count(DnsEvent.TRUNCATED);
            reply.accept(out);
        });
    }

    private void empty(
            ByteBuf message,
            Query query,
            int rcode,
            DnsEvent event,
            ByteBufAllocator buffers,
            Consumer<ByteBuf> reply) {
        counters.count(event);
        ByteBuf out = buffers.buffer(512);
        Reply.empty(out, message, query, rcode);
        reply.accept(out);
    }
}
