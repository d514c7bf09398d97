package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swarmnet.engine.json.HostFacts;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.worker.container.Container;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The API on a unix socket before a swarm in memory. */
final class ApiFixture implements AutoCloseable {
    static final HostFacts HOST = new HostFacts(
            "fe9965a2-0d34-46bb-b774-11a8b0ca186d",
            "node1",
            "6.18.44",
            "Debian GNU/Linux 12 (bookworm)",
            "12",
            "x86_64",
            2,
            25_325_268_992L,
            "1",
            true,
            "/var/lib/swarmnet",
            "0.1.0");

    final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    final FakeWorker worker = new FakeWorker();
    final FakeSwarm swarm;
    final Path directory;
    final Path socket;
    private final EngineApi api;

    ApiFixture() throws Exception {
        this(null);
    }

    ApiFixture(Future<Void> wait) throws Exception {
        directory = Files.createTempDirectory("engine-api");
        socket = directory.resolve("s.sock");
        swarm = new FakeSwarm(capture("swarm").at("/TLSInfo/TrustRoot").asText());
        Future<FakeWorker> started = wait == null ? Future.succeededFuture(worker) : wait.map(worker);
        api = new EngineApi(vertx, new EngineNode(HOST, swarm, started, directory.resolve("scratch")));
        api.listen(SocketAddress.domainSocketAddress(socket.toString())).await(10, TimeUnit.SECONDS);
    }

    /** The body of a recorded answer of Docker's. */
    static JsonNode capture(String name) throws IOException {
        try (InputStream in = ApiFixture.class.getResourceAsStream("/docker-28.2.2/" + name + ".json")) {
            return new ObjectMapper().readTree(in).get("response");
        }
    }

    UnixHttp http() {
        return new UnixHttp(socket);
    }

    /** The container of a task of node1, running. */
    Container containerOf(Task task) {
        ContainerSpec spec = task.spec().container();
        ContainerId id = Ids.containerOf(task.id());
        Map<String, String> labels = Map.of(
                "com.docker.swarm.node.id", task.nodeId().value(),
                "com.docker.swarm.service.id", task.serviceId().value(),
                "com.docker.swarm.service.name", task.serviceName(),
                "com.docker.swarm.task", "",
                "com.docker.swarm.task.id", task.id().value(),
                "com.docker.swarm.task.name", task.name());
        Instant now = Instant.now();
        return new Container(
                id,
                task.name(),
                task.id(),
                "sha256:" + "3".repeat(64),
                spec,
                "nginx",
                List.of(),
                labels,
                id.value().substring(0, 12),
                Container.State.RUNNING,
                4242,
                0,
                "",
                false,
                now,
                now.minusSeconds(5),
                null,
                "/run/netns/x",
                task.attachments(),
                null,
                "/var/log/x");
    }

    Container ended(Container c, int exitCode) {
        return new Container(
                c.id(),
                c.name(),
                c.task(),
                c.imageId(),
                c.spec(),
                c.path(),
                c.args(),
                c.labels(),
                c.hostname(),
                Container.State.EXITED,
                0,
                exitCode,
                "",
                false,
                c.createdAt(),
                c.startedAt(),
                Instant.now(),
                "",
                c.attachments(),
                null,
                c.logPath());
    }

    @Override
    public void close() throws IOException {
        try {
            api.close(100).await(10, TimeUnit.SECONDS);
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the API does not close", e);
        }
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
