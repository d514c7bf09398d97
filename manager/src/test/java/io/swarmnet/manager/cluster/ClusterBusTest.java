package io.swarmnet.manager.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.swarmnet.manager.store.ratis.OpenDoor;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterBusTest {
    private static final NodeId NODE = new NodeId("worker1");

    private Vertx vertx;
    private ClusterBusConfig config;
    private ClusterBus bus;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        config = new ClusterBusConfig(
                new ClusterId("c1"), "secret", "127.0.0.1", freePort(), freePort(), new OpenDoor());
        bus = ClusterBus.create(config, vertx);
    }

    @AfterEach
    void stop() throws Exception {
        await(bus.close());
        await(vertx.close());
    }

    @Test
    void asksANodeAndHealsWhenHazelcastEnds() throws Exception {
        long began = System.nanoTime();
        assertDown(bus.ask(NODE, new byte[1], 1_000));
        bus.start();
        assertTrue(System.nanoTime() - began < 500_000_000L, "start waits for nothing");
        bus.serve(NODE, body -> Future.succeededFuture(new byte[] {body[0], 2}));
        awaitUp();
        assertArrayEquals(new byte[] {1, 2}, await(bus.ask(NODE, new byte[] {1}, 5_000)));

        bus.closeHazelcastForTest();
        awaitDown();
        long asked = System.nanoTime();
        assertDown(bus.ask(NODE, new byte[1], 5_000));
        assertTrue(System.nanoTime() - asked < 1_000_000_000L, "refused at once");
        awaitUp();
        assertArrayEquals(new byte[] {3, 2}, await(bus.ask(NODE, new byte[] {3}, 5_000)));
        bus.unserve(NODE);
        Throwable none = failureOf(bus.ask(NODE, new byte[1], 2_000));
        assertTrue(none.getMessage().contains("has no session"), none.getMessage());
    }

    @Test
    void crossesContextsAndCarriesRefusals() throws Exception {
        bus.start();
        awaitUp();
        Promise<String> servedBy = Promise.promise();
        bus.serve(NODE, body -> {
            servedBy.tryComplete(Thread.currentThread().getName() + (Context.isOnEventLoopThread() ? " loop" : ""));
            return Future.failedFuture(new NotFoundException("no such container: x"));
        });
        NodeId slow = new NodeId("slow");
        bus.serve(slow, body -> Promise.<byte[]>promise().future());
        Context caller = vertx.getOrCreateContext();
        Promise<Context> heardOn = Promise.promise();
        Promise<Throwable> heard = Promise.promise();
        caller.runOnContext(nothing -> bus.ask(NODE, new byte[] {1}, 5_000).onFailure(failure -> {
            heardOn.complete(Vertx.currentContext());
            heard.complete(failure);
        }));
        assertSame(caller, await(heardOn.future()));
        SwarmnetException refused = (SwarmnetException) await(heard.future());
        assertEquals("no such container: x", refused.getMessage());
        assertEquals(404, refused.httpStatus());
        assertTrue(await(servedBy.future()).endsWith(" loop"));
        Throwable late = failureOf(bus.ask(slow, new byte[1], 300));
        assertTrue(late.getMessage().contains("did not answer within 300 ms"), late.getMessage());
        Throwable nobody = failureOf(bus.ask(new NodeId("nobody"), new byte[1], 2_000));
        assertInstanceOf(UnavailableException.class, nobody);
        assertTrue(nobody.getMessage().contains("has no session"), nobody.getMessage());
    }

    @Test
    void deserializesNothingOfAStranger() throws Exception {
        bus.start();
        awaitUp();
        try (Socket socket = new Socket("127.0.0.1", config.hazelcastPort())) {
            socket.setSoTimeout(20_000);
            ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
            out.writeObject(new Hostile());
            out.flush();
            // "HZX": a protocol that this port does not speak.
            assertEquals("HZX", new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII));
        } catch (IOException reset) {
            assertTrue(String.valueOf(reset.getMessage()).contains("reset"), String.valueOf(reset));
        }
        HazelcastInstance hazelcast =
                Hazelcast.getAllHazelcastInstances().iterator().next();
        hazelcast.getMap("stranger").put("key", new Hostile());
        Throwable refused = null;
        try {
            hazelcast.getMap("stranger").get("key");
        } catch (RuntimeException e) {
            refused = e;
        }
        assertTrue(refused != null && String.valueOf(refused).contains("not allowed"), String.valueOf(refused));
        assertEquals(0, Hostile.READ.get());
    }

    static final class Hostile implements Serializable {
        private static final long serialVersionUID = 1L;
        static final AtomicInteger READ = new AtomicInteger();

        private void readObject(ObjectInputStream in) {
            READ.incrementAndGet();
        }
    }

    private void assertDown(Future<byte[]> asked) throws Exception {
        Throwable failure = failureOf(asked);
        assertInstanceOf(UnavailableException.class, failure);
        assertEquals(
                "node worker1 cannot be asked now: the managers' event bus is down, and is being built anew",
                failure.getMessage());
    }

    private void awaitUp() throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!bus.isUp() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertTrue(bus.isUp());
    }

    private void awaitDown() throws Exception {
        long end = System.nanoTime() + 10_000_000_000L;
        while (bus.isUp() && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        assertFalse(bus.isUp());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(Future<?> future) throws Exception {
        return await(future.transform(end -> end.failed()
                ? Future.succeededFuture(end.cause())
                : Future.failedFuture("should have failed, and gave " + end.result())));
    }
}
