package io.swarmnet.worker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.swarmnet.gossip.io.Gossip;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeGossipTest {
    private static final IpAddress BIND = IpAddress.parse("127.0.0.77");

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.core.Context context = vertx.getOrCreateContext();
    private final NodeGossip gossip = new NodeGossip();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void nothingIsLeftWhenItIsStoppedWhileItStarts() throws Exception {
        int port = freePort();
        Future<Void> stopped = this.<Void>on(() -> {
            start(port);
            return gossip.stop(false);
        });
        await(stopped);
        try (DatagramSocket free = new DatagramSocket(port, InetAddress.getByName(BIND.toString()))) {
            assertEquals(port, free.getLocalPort());
        }
    }

    @Test
    void twoSessionsInARowStartOneGossip() throws Exception {
        int port = freePort();
        Future<Integer> second = this.<Integer>on(() -> {
            start(port);
            return start(port);
        });
        assertEquals(port, await(second));
        await(on(() -> gossip.stop(true)));
    }

    @Test
    void startsAgainAfterAFailure() throws Exception {
        int port = freePort();
        try (DatagramSocket taken = new DatagramSocket(port, InetAddress.getByName(BIND.toString()))) {
            assertEquals(port, taken.getLocalPort());
            assertEquals(-1, await(on(() -> start(port).otherwise(-1))));
        }
        assertEquals(port, await(on(() -> start(port))));
        await(on(() -> gossip.stop(true)));
    }

    private Future<Integer> start(int port) {
        Gossip.Config config =
                Gossip.Config.of(new NodeId("self"), BIND, port, 1, 1, bytes -> new byte[64], List.of(BIND), 4_789);
        return gossip.start(vertx, config, new Deaf());
    }

    private static int freePort() throws Exception {
        try (DatagramSocket any = new DatagramSocket(0, InetAddress.getByName(BIND.toString()))) {
            return any.getLocalPort();
        }
    }

    private <T> Future<T> on(Supplier<Future<T>> body) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> body.get().onComplete(promise));
        return promise.future();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static final class Deaf implements Gossip.Events {
        @Override
        public void record(NetworkId network, EndpointClaim claim, EndpointState state) {}

        @Override
        public void withdrawn(NetworkId network, EndpointClaim claim) {}

        @Override
        public void suspended(NodeId node, boolean suspended) {}

        @Override
        public void member(NodeId node, MemberState state) {}

        @Override
        public void bootExhausted() {}
    }
}
