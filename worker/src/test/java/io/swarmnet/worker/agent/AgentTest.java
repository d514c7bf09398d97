package io.swarmnet.worker.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.AssignedTask;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.ContainerRequest;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.network.Connections;
import io.swarmnet.worker.sandbox.Sandboxes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent over a runtime and networks that only note what is asked of them. */
class AgentTest {
    private static final ContainerId CONTAINER = new ContainerId("c".repeat(64));

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final KernelExecutor lane = new KernelExecutor(vertx, "test", 1);
    private final FakeContainers containers = new FakeContainers();
    private final FakeConnections connections = new FakeConnections();
    private final Map<TaskId, List<TaskStatus>> reports = new ConcurrentHashMap<>();
    private Agent agent;

    @BeforeEach
    void makeAgent() {
        agent = newAgent();
    }

    private Agent newAgent() {
        return new Agent(new AgentTools(
                containers,
                new OneImage(),
                connections,
                new Sandboxes(directory),
                lane,
                directory.resolve("files"),
                "/test",
                "node",
                Clock.systemUTC(),
                (task, status) ->
                        reports.computeIfAbsent(task, id -> new ArrayList<>()).add(status)));
    }

    @AfterEach
    void close() {
        lane.close();
        vertx.close();
    }

    @Test
    void adoptionEndsWhenAllThatRunsIsConnected() throws Exception {
        containers.put(Container.State.RUNNING);
        connections.connecting = Promise.promise();
        Future<Void> adopted = on(() -> agent.adopt(List.of(task(TaskState.RUNNING))));
        await(lane.run(() -> null));
        assertFalse(adopted.isComplete(), "what is not connected yet would be taken for a leftover");
        on(() -> {
            connections.connecting.complete();
            return null;
        });
        await(adopted);
        assertEquals(List.of("connect", "announce"), connections.calls);
        assertEquals(List.of(TaskState.RUNNING), states());
    }

    @Test
    void aTaskThatCannotBeAdoptedFailsAndIsEnded() throws Exception {
        containers.put(Container.State.RUNNING);
        connections.connecting = Promise.promise();
        connections.connecting.fail("the bridge is gone");
        await(on(() -> agent.adopt(List.of(task(TaskState.RUNNING)))));
        assertEquals(List.of(TaskState.FAILED), states());
        assertEquals("the bridge is gone", reports.get(id()).get(0).error());
        assertEquals(List.of("stop"), containers.calls);
    }

    @Test
    void goesOnStoppingWhatWasBeingStopped() throws Exception {
        containers.put(Container.State.RUNNING);
        connections.connecting = Promise.promise();
        Future<Void> adopted = on(() -> agent.adopt(List.of(task(TaskState.SHUTDOWN))));
        connections.connecting.complete();
        await(adopted);
        until(() -> states().contains(TaskState.SHUTDOWN));
        assertFalse(connections.calls.contains("announce"), connections.calls.toString());
        assertEquals(List.of("stop"), containers.calls);
    }

    @Test
    void aTaskStoppedWhileItStartsIsNotAnnounced() throws Exception {
        containers.starting = Promise.promise();
        assign(task(TaskState.RUNNING));
        until(() -> containers.calls.contains("start"));
        assign(task(TaskState.SHUTDOWN));
        on(() -> {
            containers.starting.complete();
            return null;
        });
        until(() -> states().contains(TaskState.SHUTDOWN));
        assertFalse(connections.calls.contains("announce"), connections.calls.toString());
    }

    @Test
    void nothingOfAForgottenTaskIsLeft() throws Exception {
        assign(task(TaskState.RUNNING));
        until(() -> states().contains(TaskState.RUNNING));
        assertTrue(Files.exists(files().resolve("hosts")));
        await(on(() -> agent.removeAll()));
        assertFalse(Files.exists(files()), "files of the sandbox");
        assertEquals("disconnect", connections.calls.get(connections.calls.size() - 1));
        assertEquals(List.of(), containers.list());
    }

    @Test
    void removesAgainWhatCouldNotBeRemoved() throws Exception {
        assign(task(TaskState.RUNNING));
        until(() -> states().contains(TaskState.RUNNING));
        containers.removeFailure = "device or resource busy";
        assign();
        until(() -> containers.calls.contains("remove"));
        await(on(() -> lane.run(() -> null)));
        containers.removeFailure = null;
        assign();
        until(() -> containers.list().isEmpty());
    }

    @Test
    void removesFilesOfContainersThatAreGone() throws Exception {
        Files.createDirectories(files());
        await(on(() -> agent.adopt(List.of())));
        assertFalse(Files.exists(files()));
    }

    private Path files() {
        return directory.resolve("files").resolve(CONTAINER.value());
    }

    private static TaskId id() {
        return new TaskId("task");
    }

    private List<TaskState> states() {
        return reports.getOrDefault(id(), List.of()).stream()
                .map(TaskStatus::state)
                .toList();
    }

    private static AssignedTask task(TaskState desired) {
        return new AssignedTask(id(), new ServiceId("s"), "web", 1, "web.1", CONTAINER, spec(), desired, List.of());
    }

    private static ContainerSpec spec() {
        List<String> none = List.of();
        return new ContainerSpec(
                "img", Map.of(), none, none, null, none, null, null, none, none, none, none, null, 10_000, false, false,
                false);
    }

    private void assign(AssignedTask... tasks) throws Exception {
        on(() -> {
            agent.assigned(List.of(tasks));
            return null;
        });
    }

    private <T> T on(Callable<T> body) throws Exception {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> {
            try {
                promise.complete(body.call());
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return await(promise.future());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!on(condition)) {
            assertTrue(System.nanoTime() < deadline, "not within 10 s; states " + states());
            Thread.sleep(5);
        }
    }

    private static final class FakeConnections implements Connections {
        private final List<String> calls = new ArrayList<>();
        private Promise<Void> connecting = Promise.promise();

        FakeConnections() {
            connecting.complete();
        }

        @Override
        public Future<Container.GatewayLeg> connect(
                ContainerId container, String name, List<Attachment> attachments, List<IpAddress> nameServers) {
            calls.add("connect");
            IpAddress gateway = IpAddress.parse("172.18.0.1");
            return connecting
                    .future()
                    .map(new Container.GatewayLeg(
                            "leg", CidrAddress.parse("172.18.0.2/16"), gateway, MacAddress.ofIpv4(gateway)));
        }

        @Override
        public void announce(List<Attachment> attachments) {
            calls.add("announce");
        }

        @Override
        public void withdraw(List<Attachment> attachments) {
            calls.add("withdraw");
        }

        @Override
        public Future<Void> disconnect(ContainerId container, List<Attachment> attachments) {
            calls.add("disconnect");
            return Future.succeededFuture();
        }
    }

    private final class FakeContainers implements TaskContainers {
        private final List<String> calls = new ArrayList<>();
        private final Map<ContainerId, Container> all = new LinkedHashMap<>();
        private Promise<Void> starting = Promise.promise();
        private String removeFailure;

        FakeContainers() {
            starting.complete();
        }

        Container put(Container.State state) {
            Container container = new Container(
                    CONTAINER,
                    "web.1",
                    id(),
                    "sha256:0",
                    spec(),
                    "/bin/true",
                    List.of(),
                    Map.of(),
                    "h",
                    state,
                    7,
                    0,
                    "",
                    false,
                    Instant.EPOCH,
                    null,
                    null,
                    "",
                    List.of(),
                    null,
                    "");
            all.put(CONTAINER, container);
            return container;
        }

        @Override
        public List<Container> list() {
            return List.copyOf(all.values());
        }

        @Override
        public Future<Container> create(ContainerRequest request) {
            calls.add("create");
            return Future.succeededFuture(put(Container.State.CREATED));
        }

        @Override
        public Future<Container> start(ContainerId id) {
            calls.add("start");
            return starting.future().map(v -> put(Container.State.RUNNING));
        }

        @Override
        public Future<Void> stop(ContainerId id) {
            calls.add("stop");
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> remove(ContainerId id) {
            calls.add("remove");
            if (removeFailure != null) {
                return Future.failedFuture(removeFailure);
            }
            all.remove(id);
            return Future.succeededFuture();
        }
    }

    private static final class OneImage implements Images {
        @Override
        public List<Image> list() {
            return List.of(find("img"));
        }

        @Override
        public Image find(String reference) {
            List<String> none = List.of();
            return new Image("sha256:0", none, Instant.EPOCH, 0, none, none, none, "", "", "", none);
        }

        @Override
        public Future<Image> importTarball(Path tarball, String reference, List<String> changes, String message) {
            return Future.failedFuture("not asked here");
        }

        @Override
        public Future<Void> tag(String reference, String newReference) {
            return Future.failedFuture("not asked here");
        }

        @Override
        public Future<List<String>> remove(String reference, boolean force) {
            return Future.failedFuture("not asked here");
        }
    }
}
