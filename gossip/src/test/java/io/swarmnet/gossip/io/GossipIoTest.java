package io.swarmnet.gossip.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.Claims;
import io.swarmnet.gossip.Keys;
import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.wire.Envelope;
import io.swarmnet.gossip.wire.MessageCodec;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SwimPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real instances on loopback addresses, with real sockets and signatures. */
@Timeout(60)
class GossipIoTest {
    private static final NetworkId NET = new NetworkId("net1");
    private static final NetworkId OTHER = new NetworkId("net2");
    private static final GossipKey KEY = new GossipKey(1, "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    private final Vertx vertx = Vertx.vertx();
    private final KeyPair swarm = Keys.newPair();
    private final List<Host> hosts = new ArrayList<>();

    private final class Host implements Gossip.Events {
        final KeyPair key = Keys.newPair();
        final int index;
        final NodeId node;
        final Gossip gossip;
        final int port;
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        Host(int index) throws Exception {
            this.index = index;
            this.node = new NodeId("node" + index);
            IpAddress bind = IpAddress.parse("127.0.0." + (10 + index));
            this.gossip = Gossip.create(
                    vertx,
                    Gossip.Config.of(node, bind, 0, index, 1, StateSigner.of(key.getPrivate()), List.of(bind), 4789),
                    this);
            this.port = await(gossip.start());
        }

        SwimPeer peer() {
            return new SwimPeer(
                    node,
                    "host" + index,
                    List.of(IpAddress.parse("127.0.0." + (10 + index))),
                    port,
                    index,
                    key.getPublic().getEncoded(),
                    1);
        }

        SignedClaim claim(int number) {
            return Claims.sign(Claims.claim(NET, node, number, 1), bytes -> Keys.sign(swarm.getPrivate(), bytes));
        }

        @Override
        public void record(NetworkId network, EndpointClaim claim, EndpointState state) {
            heard.add(state.phase() + " " + claim.names().get(0) + " " + network);
        }

        @Override
        public void withdrawn(NetworkId network, EndpointClaim claim) {
            heard.add("GONE " + claim.names().get(0) + " " + network);
        }

        @Override
        public void suspended(NodeId which, boolean suspended) {
            heard.add("SUSPENDED " + which + " " + suspended);
        }

        @Override
        public void member(NodeId which, MemberState state) {}

        @Override
        public void bootExhausted() {}

        void hears(String event) throws InterruptedException {
            for (String next = poll(); ; next = poll()) {
                assertTrue(
                        next != null,
                        () -> node + " never heard: " + event + "; drops "
                                + gossip.counters().drops());
                if (next.equals(event)) {
                    return;
                }
            }
        }

        private String poll() throws InterruptedException {
            return heard.poll(15, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void closes() throws Exception {
        for (Host host : hosts) {
            await(host.gossip.stop(false));
        }
        await(vertx.close());
    }

    @Test
    void recordsReachTheNodesOfTheirNetworkOnlyAndAreWithdrawn() throws Exception {
        start(3);
        Host a = hosts.get(0);
        Host b = hosts.get(1);
        Host c = hosts.get(2);
        a.gossip.join(NET);
        b.gossip.join(NET);
        c.gossip.join(OTHER);
        a.gossip.publish(a.claim(1), EndpointPhase.UP);
        b.hears("UP web.1 net1");
        a.gossip.publish(a.claim(1), EndpointPhase.DRAINING);
        b.hears("DRAINING web.1 net1");
        long start = System.nanoTime();
        a.gossip.withdraw(NET, Claims.endpoint(1));
        b.hears("GONE web.1 net1");
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis < 1_000, "withdrawn after " + millis + " ms");
        assertTrue(c.heard.stream().noneMatch(event -> event.contains("web.1")), c.heard.toString());
        assertEquals(List.of(), await(c.gossip.records(NET)));
    }

    @Test
    void nineOfTenChangesArriveWithin100Milliseconds() throws Exception {
        start(3);
        Host a = hosts.get(0);
        Host b = hosts.get(1);
        b.gossip.join(NET);
        a.gossip.publish(a.claim(0), EndpointPhase.UP);
        b.hears("UP web.0 net1");
        List<Long> micros = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            SignedClaim claim = a.claim(i);
            long start = System.nanoTime();
            a.gossip.publish(claim, EndpointPhase.UP);
            b.hears("UP web." + i + " net1");
            micros.add((System.nanoTime() - start) / 1_000);
        }
        micros.sort(null);
        System.out.println("publish to event: p50 " + micros.get(100) + " us, p99 " + micros.get(197) + " us, max "
                + micros.get(199) + " us");
        // Printed and not asserted: on a machine that builds meanwhile it measures the machine.
    }

    @Test
    void aLateJoinerGetsTheWholeTable() throws Exception {
        start(3);
        Host a = hosts.get(0);
        Host c = hosts.get(2);
        for (int i = 0; i < 200; i++) {
            a.gossip.publish(a.claim(i), EndpointPhase.UP);
        }
        until(() -> await(a.gossip.records(NET)).size() == 200);
        c.gossip.join(NET);
        until(() -> await(c.gossip.records(NET)).size() == 200);
        assertTrue(c.gossip.counters().streamFramesReceived.sum() > 0, "200 records go over TCP");
    }

    @Test
    void aNodeThatDiesIsSuspendedAndItsRecordsStay() throws Exception {
        start(3);
        Host a = hosts.get(0);
        Host b = hosts.get(1);
        b.gossip.join(NET);
        a.gossip.publish(a.claim(1), EndpointPhase.UP);
        b.hears("UP web.1 net1");
        await(a.gossip.stop(false));
        long start = System.nanoTime();
        b.hears("SUSPENDED node1 true");
        System.out.println("suspended after " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertEquals(1, await(b.gossip.records(NET)).size());
        until(() -> await(b.gossip.members()).get(a.node) == MemberState.DEAD);
        assertEquals(1, await(b.gossip.records(NET)).size());
        assertTrue(b.heard.stream().noneMatch(event -> event.startsWith("GONE")), b.heard.toString());
        b.gossip.peers(List.of(hosts.get(2).peer()));
        b.hears("GONE web.1 net1");
    }

    @Test
    void goodbyeSuspendsAtOnce() throws Exception {
        start(3);
        Host a = hosts.get(0);
        until(() -> await(hosts.get(1).gossip.members()).size() == 2);
        await(a.gossip.stop(true));
        until(() -> await(hosts.get(1).gossip.members()).get(a.node) == MemberState.LEFT);
        hosts.get(1).hears("SUSPENDED node1 true");
    }

    @Test
    void garbageIsCountedAndGossipGoesOn() throws Exception {
        start(2);
        Host a = hosts.get(0);
        Host b = hosts.get(1);
        Random random = new Random(7);
        InetAddress address = InetAddress.getByName("127.0.0.12");
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 500; i++) {
                byte[] bytes = new byte[random.nextInt(1_500)];
                random.nextBytes(bytes);
                if (bytes.length > 16 && i % 2 == 0) {
                    bytes[0] = 1;
                    bytes[1] = 1;
                    bytes[2] = 0;
                    bytes[3] = 1;
                    Arrays.fill(bytes, 4, 8, (byte) 0);
                    bytes[7] = 1;
                }
                socket.send(new DatagramPacket(bytes, bytes.length, address, b.port));
            }
        }
        try (Socket socket = new Socket(address, b.port)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(Integer.MAX_VALUE);
            out.flush();
            assertEquals(-1, socket.getInputStream().read());
        }
        until(() -> b.gossip.counters().dropped(DropReason.BAD_TAG) > 100
                && b.gossip.counters().dropped(DropReason.TOO_LARGE) > 0);
        System.out.println("drops " + b.gossip.counters().drops());
        b.gossip.join(NET);
        a.gossip.publish(a.claim(1), EndpointPhase.UP);
        b.hears("UP web.1 net1");
    }

    @Test
    void aClaimTheSwarmDidNotSignIsDropped() throws Exception {
        start(2);
        Host a = hosts.get(0);
        Host b = hosts.get(1);
        b.gossip.join(NET);
        KeyPair thief = Keys.newPair();
        a.gossip.publish(
                Claims.sign(Claims.claim(NET, a.node, 1, 1), bytes -> Keys.sign(thief.getPrivate(), bytes)),
                EndpointPhase.UP);
        until(() -> b.gossip.counters().dropped(DropReason.BAD_CLAIM_SIGNATURE) > 0);
        assertEquals(List.of(), await(b.gossip.records(NET)));
    }

    @Test
    void wrongSenderIndexIsDropped() throws Exception {
        start(3);
        Host b = hosts.get(1);
        // Node 3 has the key, and says with its own sender index that it is node 1.
        Envelope stolen = new Envelope(3, 9);
        stolen.keys(List.of(KEY), 0);
        byte[] lie = MessageCodec.encode(hosts.get(0).node, new GossipMessage.Nack(1));
        // Sent again each time: what comes before the peers are told is dropped for another reason.
        until(() -> {
            send(b, stolen.seal(Envelope.Kind.DATAGRAM, b.index, lie, 0));
            return b.gossip.counters().dropped(DropReason.WRONG_SENDER) > 0;
        });
        Envelope stranger = new Envelope(77, 9);
        stranger.keys(List.of(KEY), 0);
        until(() -> {
            send(b, stranger.seal(Envelope.Kind.DATAGRAM, b.index, lie, 0));
            return b.gossip.counters().dropped(DropReason.UNKNOWN_SENDER) > 0;
        });
    }

    @Test
    void replayedDatagramIsDroppedAndAnUnknownMessageSkipped() throws Exception {
        start(2);
        Host b = hosts.get(1);
        await(hosts.get(0).gossip.stop(false));
        Envelope newer = new Envelope(1, 9);
        newer.keys(List.of(KEY), 0);
        byte[] unknown = MessageCodec.encode(hosts.get(0).node, new GossipMessage.Nack(1));
        unknown[1] = 99;
        byte[] sealed = newer.seal(Envelope.Kind.DATAGRAM, b.index, unknown, 0);
        // The first that comes after the peers were told is skipped as unknown, each further one is a replay.
        until(() -> {
            send(b, sealed);
            return b.gossip.counters().dropped(DropReason.REPLAYED) > 0;
        });
        assertEquals(1, b.gossip.counters().dropped(DropReason.UNKNOWN_TYPE));
    }

    @Test
    void aPortThatIsTakenFailsTheStartWithItsAddress() throws Exception {
        start(1);
        Host a = hosts.get(0);
        Gossip second = Gossip.create(
                vertx,
                Gossip.Config.of(
                        new NodeId("second"),
                        IpAddress.parse("127.0.0.11"),
                        a.port,
                        5,
                        1,
                        StateSigner.of(a.key.getPrivate()),
                        List.of(),
                        4789),
                a);
        Throwable failure = second.start()
                .toCompletionStage()
                .handle((port, thrown) -> thrown)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertTrue(failure.getMessage().contains("127.0.0.11 port " + a.port), failure.getMessage());
        await(second.stop(false));
    }

    private static void send(Host to, byte[] bytes) {
        try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress address = InetAddress.getByName("127.0.0." + (10 + to.index));
            socket.send(new DatagramPacket(bytes, bytes.length, address, to.port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingOnTheWireTellsTheServicesName() throws Exception {
        start(2);
        Host a = hosts.get(0);
        Host b = hosts.get(1);
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        // All that a sends to b by UDP goes through a socket of ours, as through a switch that is tapped.
        DatagramSocket tap = new DatagramSocket(0, InetAddress.getByName("127.0.0.30"));
        try {
            SwimPeer tapped = new SwimPeer(
                    b.node,
                    "host2",
                    List.of(IpAddress.parse("127.0.0.30")),
                    tap.getLocalPort(),
                    b.index,
                    b.key.getPublic().getEncoded(),
                    1);
            Thread forwarding = new Thread(() -> forward(tap, b.port, captured));
            forwarding.start();
            a.gossip.peers(List.of(tapped));
            b.gossip.join(NET);
            until(() -> b.heard.isEmpty() && a.gossip.counters().datagramsSent.sum() > 3);
            a.gossip.publish(a.claim(1), EndpointPhase.UP);
            b.hears("UP web.1 net1");
        } finally {
            tap.close();
        }
        String seen = captured.toString(StandardCharsets.ISO_8859_1);
        assertTrue(seen.length() > 500, "captured " + seen.length() + " bytes");
        for (String secret : List.of(Claims.SERVICE_NAME, "web.1", "node1", "net1")) {
            assertFalse(seen.contains(secret), secret);
        }
    }

    private static void forward(DatagramSocket tap, int port, ByteArrayOutputStream captured) {
        byte[] buffer = new byte[2_000];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                tap.receive(packet);
                assertTrue(packet.getLength() <= 1_400);
                captured.write(buffer, 0, packet.getLength());
                tap.send(new DatagramPacket(buffer, packet.getLength(), InetAddress.getByName("127.0.0.12"), port));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void start(int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            hosts.add(new Host(i));
        }
        List<SwimPeer> peers = hosts.stream().map(Host::peer).toList();
        for (Host host : hosts) {
            host.gossip.keys(List.of(KEY));
            host.gossip.claimKey(swarm.getPublic());
            host.gossip.peers(peers);
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited 20 s in vain");
            Thread.sleep(20);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
