package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One store in a directory, its objects, and waiting for futures. */
final class StoreFixture {
    static final ClusterId CLUSTER = new ClusterId("testcluster");
    static final NodeId NODE = new NodeId("testnode");
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123456789Z");

    private StoreFixture() {}

    static RatisStoreConfig config(Path directory) throws IOException {
        return config(directory, RatisStoreConfig.DEFAULT_SNAPSHOT_EVERY, 0);
    }

    static RatisStoreConfig config(Path directory, long snapshotEvery, long freeBytesMin) throws IOException {
        return new RatisStoreConfig(
                directory.resolve("store"),
                NODE,
                CLUSTER,
                "127.0.0.1",
                freePort(),
                new OpenDoor(),
                KeyFile.openOrCreate(directory.resolve("cluster-keys")),
                true,
                freeBytesMin,
                snapshotEvery);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    static RatisStore open(RatisStoreConfig config, Vertx vertx) throws Exception {
        return await(RatisStore.open(config, vertx));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    }

    static Throwable failureOf(Future<?> future) throws Exception {
        return await(future.transform(end -> end.failed()
                ? Future.succeededFuture(end.cause())
                : Future.failedFuture("should have failed, and gave " + end.result())));
    }

    static Commit create(String name) {
        return create("request-" + name, name);
    }

    static Commit create(String request, String name) {
        return new Commit(new RequestId(request), Commit.ANY_VERSION, List.of(new Change.Create(network(name))));
    }

    static Network network(String name) {
        return new Network(
                new NetworkId(name),
                0,
                NOW,
                NOW,
                new NetworkSpec(
                        name, Map.of("a", "b"), "overlay", Map.of(), true, false, false, true, false, List.of()),
                List.of(new OverlaySubnet(Subnet.parse("10.0.1.0/24"), IpAddress.parse("10.0.1.1"), new Vni(4097))),
                List.of(1L));
    }

    static Network find(RatisStore store, String name) {
        return store.snapshot()
                .find(EntityKind.NETWORK, name, Network.class)
                .orElseThrow(() -> new AssertionError("no network " + name));
    }
}
