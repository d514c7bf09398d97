package io.swarmnet.dns.io;

import static io.swarmnet.dns.io.Loopback.await;
import static io.swarmnet.dns.io.Loopback.query;
import static io.swarmnet.dns.io.ScriptedUpstream.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.swarmnet.dns.wire.Query;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The forwarder against servers that lose, forge, refuse and delay. */
@Timeout(60)
class UpstreamForwarderTest {
    private static final ForwarderConfig QUICK = new ForwarderConfig(3, 300, 1_024, 8_192, 1_024, 300);

    private final List<ScriptedUpstream> open = new ArrayList<>();
    private Loopback loopback;

    @AfterEach
    void close() throws Exception {
        loopback.close();
        for (ScriptedUpstream upstream : open) {
            upstream.close();
        }
    }

    @Test
    void handsOnWhatTheServerSays() throws Exception {
        ScriptedUpstream upstream =
                upstream(q -> List.of(reply(q, Rcode.NOERROR, "192.0.2.1").toWire()));
        start(QUICK, upstream.address());
        Message query = query("OutSide.test.", Type.A);
        Message got = new Message(await(forward(query, false)));
        assertEquals(query.getHeader().getID(), got.getHeader().getID());
        assertEquals("OutSide.test.", got.getQuestion().getName().toString());
        assertEquals(1, got.getSection(Section.ANSWER).size());
    }

    @Test
    void usesTcpForWhatCameByTcp() throws Exception {
        ScriptedUpstream upstream =
                upstream(q -> List.of(reply(q, Rcode.NOERROR, "192.0.2.1").toWire()));
        start(QUICK, upstream.address());
        assertEquals(1, answers(await(forward(query("outside.test.", Type.A), true))));
        assertEquals(0, upstream.sourcePorts.size(), "no datagram");
        assertEquals(1, upstream.queries.size());
    }

    @Test
    void asksTheNextServerWhenOneIsSilentClosedOrFails() throws Exception {
        ScriptedUpstream silent = upstream(q -> List.of());
        ScriptedUpstream failing =
                upstream(q -> List.of(reply(q, Rcode.SERVFAIL).toWire()));
        ScriptedUpstream refusing =
                upstream(q -> List.of(reply(q, Rcode.REFUSED).toWire()));
        ScriptedUpstream good =
                upstream(q -> List.of(reply(q, Rcode.NOERROR, "192.0.2.1").toWire()));
        start(QUICK, silent.address(), failing.address(), good.address());
        assertEquals(1, answers(await(forward(query("a.test.", Type.A), false))));
        loopback.forwarder.servers(List.of(closedPort(), refusing.address(), good.address()));
        assertEquals(1, answers(await(forward(query("b.test.", Type.A), false))));
        assertEquals(1, answers(await(forward(query("c.test.", Type.A), true))));
        assertEquals(1, loopback.counters.of(DnsEvent.UPSTREAM_TIMEOUTS));
    }

    @Test
    void asksThreeServersAndNoMore() throws Exception {
        ScriptedUpstream failing =
                upstream(q -> List.of(reply(q, Rcode.SERVFAIL).toWire()));
        start(QUICK, failing.address(), failing.address(), failing.address(), failing.address());
        assertEquals(Rcode.SERVFAIL, rcode(await(forward(query("a.test.", Type.A), false))));
        assertEquals(3, failing.queries.size());
        assertEquals(1, loopback.counters.of(DnsEvent.UPSTREAM_EXHAUSTED));
    }

    @Test
    void forgedAndBrokenRepliesDoNotEndTheWait() throws Exception {
        ScriptedUpstream upstream = upstream(q -> {
            Message wrongId = reply(q, Rcode.NOERROR, "198.51.100.66");
            wrongId.getHeader().setID(q.getHeader().getID() + 1 & 0xffff);
            Message otherQuestion = reply(ask("evil.test."), Rcode.NOERROR, "198.51.100.66");
            otherQuestion.getHeader().setID(q.getHeader().getID());
            Message notAReply = reply(q, Rcode.NOERROR, "198.51.100.66");
            notAReply.getHeader().unsetFlag(Flags.QR);
            return List.of(
                    new byte[0],
                    new byte[] {1, 2, 3},
                    wrongId.toWire(),
                    otherQuestion.toWire(),
                    notAReply.toWire(),
                    reply(q, Rcode.NOERROR, "192.0.2.1").toWire());
        });
        start(QUICK, upstream.address());
        Message got = new Message(await(forward(query("outside.test.", Type.A), false)));
        assertEquals("192.0.2.1", got.getSection(Section.ANSWER).get(0).rdataToString());
        assertTrue(loopback.counters.of(DnsEvent.UPSTREAM_MISMATCHES) >= 4);
    }

    @Test
    void everyAttemptHasItsOwnPortAndId() throws Exception {
        ScriptedUpstream upstream =
                upstream(q -> List.of(reply(q, Rcode.NOERROR).toWire()));
        start(QUICK, upstream.address());
        for (int i = 0; i < 50; i++) {
            await(forward(query("n" + i + ".test.", Type.A), false));
        }
        assertTrue(new HashSet<>(upstream.sourcePorts).size() > 40);
        assertTrue(upstream.queries.stream()
                        .map(q -> q.getHeader().getID())
                        .distinct()
                        .count()
                > 45);
    }

    @Test
    void likeQuestionsOnTheirWayAreAskedOnce() throws Exception {
        ScriptedUpstream upstream = upstream(q -> {
            pause(100);
            return List.of(reply(q, Rcode.NOERROR, "192.0.2.1").toWire());
        });
        start(QUICK, upstream.address());
        List<Message> queries =
                List.of(query("outside.test.", Type.A), query("OUTSIDE.test.", Type.A), query("outside.TEST.", Type.A));
        List<Future<byte[]>> replies = new ArrayList<>();
        for (Message query : queries) {
            replies.add(forward(query, false));
        }
        for (int i = 0; i < queries.size(); i++) {
            Message got = new Message(await(replies.get(i)));
            assertEquals(queries.get(i).getHeader().getID(), got.getHeader().getID());
            assertEquals(
                    queries.get(i).getQuestion().toString(), got.getQuestion().toString());
        }
        assertEquals(1, upstream.queries.size());
        assertEquals(2, loopback.counters.of(DnsEvent.JOINED));
    }

    @Test
    void repliesAreKeptForTheirTtl() throws Exception {
        ScriptedUpstream upstream =
                upstream(q -> List.of(reply(q, Rcode.NOERROR, "192.0.2.1").toWire()));
        start(QUICK, upstream.address());
        await(forward(query("outside.test.", Type.A), false));
        assertEquals(1, answers(await(forward(query("Outside.test.", Type.A), false))));
        assertEquals(1, upstream.queries.size());
        await(forward(query("outside.test.", Type.AAAA), false));
        await(forward(query("outside.test.", Type.A), true));
        assertEquals(3, upstream.queries.size(), "another type or transport is another question");
        loopback.forwarder.servers(List.of(upstream.address()));
        await(forward(query("outside.test.", Type.A), false));
        assertEquals(4, upstream.queries.size(), "other servers may say otherwise");
    }

    @Test
    void tooManyQuestionsOnTheirWayAreRefused() throws Exception {
        ScriptedUpstream silent = upstream(q -> List.of());
        start(new ForwarderConfig(1, 500, 20, 10, 16, 60), silent.address());
        List<Future<byte[]>> replies = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            replies.add(forward(query("n" + i + ".test.", Type.A), false));
        }
        for (int i = 0; i < 20; i++) {
            replies.add(forward(query("n0.test.", Type.A), false));
        }
        List<Integer> codes = new ArrayList<>();
        for (Future<byte[]> reply : replies) {
            codes.add(rcode(await(reply)));
        }
        assertEquals(20, codes.stream().filter(c -> c == Rcode.REFUSED).count(), "10 questions and 10 waiters");
        assertEquals(30, codes.stream().filter(c -> c == Rcode.SERVFAIL).count());
        assertEquals(Rcode.SERVFAIL, rcode(await(forward(query("later.test.", Type.A), false))), "room again");
    }

    @Test
    void denialsAndTruncationArePassedOn() throws Exception {
        ScriptedUpstream upstream = upstream(q -> {
            Message reply = reply(q, q.getQuestion().getName().toString().startsWith("gone") ? Rcode.NXDOMAIN : 0);
            if (reply.getRcode() == 0) {
                reply.getHeader().setFlag(Flags.TC);
            }
            return List.of(reply.toWire());
        });
        start(QUICK, upstream.address());
        assertEquals(Rcode.NXDOMAIN, rcode(await(forward(query("gone.test.", Type.A), false))));
        assertTrue(new Message(await(forward(query("big.test.", Type.A), false)))
                .getHeader()
                .getFlag(Flags.TC));
    }

    private void start(ForwarderConfig config, InetSocketAddress... servers) {
        loopback = new Loopback(config, servers);
    }

    private ScriptedUpstream upstream(ScriptedUpstream.Script script) throws IOException {
        ScriptedUpstream upstream = new ScriptedUpstream(script);
        open.add(upstream);
        return upstream;
    }

    private Future<byte[]> forward(Message query, boolean tcp) {
        byte[] raw = query.toWire();
        Query read = Query.read(Unpooled.wrappedBuffer(raw));
        ContextInternal context = (ContextInternal) loopback.context;
        return context.<Void>future(p -> context.runOnContext(v -> p.complete()))
                .compose(v -> loopback.forwarder.forward(raw, read, tcp));
    }

    private static Message ask(String name) {
        try {
            return query(name, Type.A);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress closedPort() throws IOException {
        try (java.net.DatagramSocket socket =
                new java.net.DatagramSocket(0, java.net.InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private static int answers(byte[] reply) throws IOException {
        return new Message(reply).getSection(Section.ANSWER).size();
    }

    private static int rcode(byte[] reply) throws IOException {
        assertEquals(DClass.IN, new Message(reply).getQuestion().getDClass());
        return new Message(reply).getRcode();
    }
}
