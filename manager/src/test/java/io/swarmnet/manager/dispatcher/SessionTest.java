package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.Alpn;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.session.TaskUpdate;
import io.swarmnet.model.trust.OwnKey;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.session.JoinClient;
import io.swarmnet.worker.session.ManagerSession;
import io.swarmnet.worker.session.SessionConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionTest {
    private static final SessionConfig QUICK = new SessionConfig(200, 20, 200, 1_000, 200, 1_000, 8);

    /** Keeps what a manager said. */
    private static final class Heard implements io.swarmnet.worker.session.SessionListener {
        final List<SessionMessage.Welcome> welcomes = new CopyOnWriteArrayList<>();
        final List<Assignment> assignments = new CopyOnWriteArrayList<>();
        final List<String> ends = new CopyOnWriteArrayList<>();
        volatile Future<byte[]> answer;

        @Override
        public void welcome(SessionMessage.Welcome welcome) {
            welcomes.add(welcome);
        }

        @Override
        public void assigned(Assignment assignment) {
            assignments.add(assignment);
        }

        @Override
        public Future<byte[]> ask(byte[] body) {
            return answer != null
                    ? answer
                    : Future.succeededFuture(
                            ("heard " + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void closed(String reason) {
            ends.add(reason);
        }

        List<String> tasks() {
            return assignments.isEmpty()
                    ? List.of()
                    : assignments.get(assignments.size() - 1).tasks().stream()
                            .map(task -> task.id() + " " + task.desiredState())
                            .toList();
        }
    }

    private final Map<NodeId, Function<byte[], Future<byte[]>>> addresses = new ConcurrentHashMap<>();
    private final SessionListener bus = new SessionListener() {
        @Override
        public void opened(NodeId node, Function<byte[], Future<byte[]>> ask) {
            addresses.put(node, ask);
        }

        @Override
        public void closed(NodeId node) {
            addresses.remove(node);
        }
    };
    private final List<ManagerSession> open = new CopyOnWriteArrayList<>();
    private PortFixture swarm;

    @BeforeEach
    void open() throws Exception {
        swarm = new PortFixture(PortFixture.FAST, bus);
    }

    @AfterEach
    void close() throws Exception {
        for (ManagerSession session : open) {
            PortFixture.await(session.close());
        }
        swarm.close();
    }

    private ManagerSession session(NodeIdentity identity, Heard heard) {
        ManagerSession session = new ManagerSession(
                swarm.vertx, identity, () -> PortFixture.description("w"), heard, PortFixture.RANDOM, QUICK);
        open.add(session);
        return session;
    }

    private TaskState stateOf(String task) {
        return swarm.store
                .snapshot()
                .find(EntityKind.TASK, task, Task.class)
                .orElseThrow()
                .status()
                .state();
    }

    @Test
    void joinSessionAssignmentReportQuestionAndLeave() throws Exception {
        NodeIdentity identity = PortFixture.await(JoinClient.join(
                swarm.vertx, swarm.workerToken(), swarm.address, "node2", PortFixture.RANDOM, InstantSource.system()));
        assertEquals(NodeState.UNKNOWN, swarm.node(identity.node()).status().state());
        Heard heard = new Heard();
        ManagerSession session = session(identity, heard);
        SessionMessage.Welcome welcome = PortFixture.await(session.open(List.of(swarm.address)));
        assertEquals(1, welcome.boot());
        assertEquals(1, welcome.senderIndex());
        assertEquals(List.of(HostPort.parse("127.0.0.1:2377")), welcome.managers());
        Node node = swarm.node(identity.node());
        assertEquals(NodeState.READY, node.status().state());
        assertEquals(1, node.boot());
        assertArrayEquals(
                identity.certificate().getPublicKey().getEncoded(),
                node.description().publicKey());

        swarm.commit(List.of(
                new Change.Create(Desired.network("net")),
                new Change.Create(Desired.task("t1", identity.node(), "net"))));
        PortFixture.await("assigned", 2_000, () -> heard.tasks().equals(List.of("t1 RUNNING")));
        session.report(new TaskUpdate(new TaskId("t1"), Desired.status(TaskState.STARTING)));
        session.report(new TaskUpdate(new TaskId("t1"), Desired.status(TaskState.RUNNING)));
        PortFixture.await("running", 2_000, () -> stateOf("t1") == TaskState.RUNNING);

        byte[] answer = PortFixture.await(addresses.get(identity.node()).apply("it".getBytes(StandardCharsets.UTF_8)));
        assertEquals("heard it", new String(answer, StandardCharsets.UTF_8));

        PortFixture.await(session.leave());
        PortFixture.await(
                "down", 2_000, () -> swarm.node(identity.node()).status().state() == NodeState.DOWN);
        assertEquals(NodeRecords.LEFT, swarm.node(identity.node()).status().message());
        PortFixture.await("address gone", 2_000, addresses::isEmpty);
    }

    @Test
    void anAssignmentThatDidNotChangeIsNotSaidAgain() throws Exception {
        NodeIdentity identity = swarm.worker();
        Heard heard = new Heard();
        PortFixture.await(session(identity, heard).open(List.of(swarm.address)));
        PortFixture.await("first", 2_000, () -> heard.assignments.size() == 1);
        for (int i = 0; i < 20; i++) {
            swarm.commit(List.of(new Change.Create(Desired.task("other" + i, new NodeId("elsewhere"), "net"))));
            Thread.sleep(5);
        }
        swarm.commit(List.of(new Change.Create(Desired.task("mine", identity.node(), List.of()))));
        PortFixture.await("second", 2_000, () -> heard.tasks().equals(List.of("mine RUNNING")));
        assertEquals(2, heard.assignments.size());
    }

    @Test
    void theNextManagerIsDialledWhenTheFirstIsNotThere() throws Exception {
        HostPort nobody;
        try (ServerSocket reserved = new ServerSocket(0)) {
            nobody = HostPort.parse("127.0.0.1:" + reserved.getLocalPort());
        }
        long began = System.nanoTime();
        ManagerSession session = session(swarm.worker(), new Heard());
        PortFixture.await(session.open(List.of(nobody, swarm.address)));
        assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) < 10_000);
        assertTrue(session.isOpen());
    }

    @Test
    void aSessionThatBreaksComesBackWithTheNextBootAndWhatWasNotStored() throws Exception {
        NodeIdentity identity = swarm.worker();
        swarm.commit(List.of(new Change.Create(Desired.task("t", identity.node(), List.of()))));
        Heard heard = new Heard();
        ManagerSession session = session(identity, heard);
        PortFixture.await(session.open(List.of(swarm.address)));
        PortFixture.await(swarm.port.close());
        PortFixture.await("closed", 3_000, () -> !heard.ends.isEmpty());
        session.report(new TaskUpdate(new TaskId("t"), Desired.status(TaskState.RUNNING)));
        assertEquals(NodeState.READY, swarm.node(identity.node()).status().state());
        PortFixture.await(swarm.port.listen("127.0.0.1", swarm.address.port()));
        PortFixture.await("stored", 5_000, () -> stateOf("t") == TaskState.RUNNING);
        assertEquals(List.of(1, 2), heard.welcomes.stream().map(w -> w.boot()).toList());
        PortFixture.await("assigned again", 2_000, () -> heard.assignments.size() >= 2);
        swarm.commit(List.of(new Change.Create(Desired.task("t2", identity.node(), List.of()))));
        PortFixture.await(
                "and of what changes later", 2_000, () -> heard.tasks().size() == 2);
    }

    /** A stolen worker must not keep the disk and the stages busy as it likes. */
    @Test
    void wordsThatChangeForEverAreStoredOnceASecondAndStepsAtOnce() throws Exception {
        NodeIdentity identity = swarm.worker();
        swarm.commit(List.of(
                new Change.Create(Desired.task("t", identity.node(), List.of())),
                new Change.Create(Desired.task("u", identity.node(), List.of()))));
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertNotNull(peer.hear(SessionMessage.Welcome.class));
            peer.say(report(1, "t", TaskState.RUNNING, "first"));
            PortFixture.await("running", 2_000, () -> stateOf("t") == TaskState.RUNNING);
            long before = swarm.store.snapshot().version();
            for (int i = 2; i < 152; i++) {
                peer.say(report(i, "t", TaskState.RUNNING, "word " + i));
                if (i == 100) {
                    peer.say(report(i, "u", TaskState.RUNNING, ""));
                    PortFixture.await("a step is not held up", 500, () -> stateOf("u") == TaskState.RUNNING);
                }
                Thread.sleep(10);
            }
            PortFixture.await("the last word", 3_000, () -> "word 151"
                    .equals(task("t").status().message()));
            long commits = swarm.store.snapshot().version() - before;
            assertTrue(commits <= 6, commits + " commits");
            SessionMessage.ReportStored stored = peer.hear(SessionMessage.ReportStored.class);
            while (stored.sequence() < 151) {
                stored = peer.hear(SessionMessage.ReportStored.class);
            }
        }
    }

    private static SessionMessage.Report report(long sequence, String task, TaskState state, String message) {
        TaskStatus status = new TaskStatus(state, Instant.now(), message, null, 0, 0);
        return new SessionMessage.Report(sequence, List.of(new TaskUpdate(new TaskId(task), status)));
    }

    private Task task(String id) {
        return swarm.store.snapshot().find(EntityKind.TASK, id, Task.class).orElseThrow();
    }

    @Test
    void aNodeThatDescribesItselfForEverIsHeardLessAndLess() throws Exception {
        NodeIdentity identity = swarm.worker();
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertNotNull(peer.hear(SessionMessage.Welcome.class));
            long before = swarm.store.snapshot().version();
            for (int i = 0; i < 150; i++) {
                peer.say(new SessionMessage.Hello(PortFixture.description("w" + i)));
                Thread.sleep(20);
            }
            long commits = swarm.store.snapshot().version() - before;
            assertTrue(commits <= 5, commits + " commits in 3 s");
            for (int i = 0;
                    i < 60
                            && !swarm.node(identity.node())
                                    .description()
                                    .hostname()
                                    .equals("w149");
                    i++) {
                peer.say(new SessionMessage.Keepalive(0));
                Thread.sleep(100);
            }
            assertEquals("w149", swarm.node(identity.node()).description().hostname());
        }
    }

    @Test
    void aNewDescriptionIsStoredWithTheCertificatesKeyWhateverItSays() throws Exception {
        NodeIdentity identity = swarm.worker();
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            for (String hostname : List.of("a", "b", "c", "d")) {
                peer.say(new SessionMessage.Hello(PortFixture.description(hostname)));
            }
            PortFixture.await(
                    "the newest",
                    3_000,
                    () -> swarm.node(identity.node()).description().hostname().equals("d"));
            assertEquals(1, swarm.node(identity.node()).boot());
            assertArrayEquals(
                    identity.certificate().getPublicKey().getEncoded(),
                    swarm.node(identity.node()).description().publicKey());
        }
    }

    @Test
    void aSecondSessionOfANodeTakesThePlaceOfTheFirst() throws Exception {
        NodeIdentity identity = swarm.worker();
        try (RawPeer first = new RawPeer(swarm.address, Alpn.SESSION, identity);
                RawPeer second = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            first.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertEquals(1, first.hear(SessionMessage.Welcome.class).boot());
            second.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertEquals(2, second.hear(SessionMessage.Welcome.class).boot());
            assertEquals(409, first.hear(SessionMessage.Refusal.class).httpStatus());
            PortFixture.await("one address", 1_000, () -> addresses.containsKey(identity.node()));
            assertEquals(Set.of(identity.node()), swarm.dispatcher.connected());
        }
    }

    @Test
    void aSilentNodeIsDown() throws Exception {
        swarm.close();
        swarm = new PortFixture(DispatcherConfig.DEFAULT, bus);
        NodeIdentity identity = swarm.worker();
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertNotNull(peer.hear(SessionMessage.Welcome.class));
            long began = System.nanoTime();
            PortFixture.await(
                    "down", 10_000, () -> swarm.node(identity.node()).status().state() == NodeState.DOWN);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            // That it is not later than 5 s is SilenceWatchTest's to say: this machine may be busy.
            assertTrue(took >= 3_500, took + " ms");
            assertEquals(
                    "heartbeat failure", swarm.node(identity.node()).status().message());
        }
    }

    @Test
    void aNodeThatIsBackWithinTheGraceWasNeverDown() throws Exception {
        NodeIdentity identity = swarm.worker();
        List<NodeState> seen = new CopyOnWriteArrayList<>();
        try (AutoCloseable watch = swarm.store.watch(applied -> applied.after().nodes().stream()
                .filter(node -> node.id().equals(identity.node()))
                .forEach(node -> seen.add(node.status().state())))) {
            for (int boot = 1; boot <= 3; boot++) {
                try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
                    peer.say(new SessionMessage.Hello(PortFixture.description("w")));
                    assertEquals(boot, peer.hear(SessionMessage.Welcome.class).boot());
                }
                Thread.sleep(300);
            }
            assertTrue(!seen.contains(NodeState.DOWN), seen.toString());
            PortFixture.await("down at last", 3_000, () -> seen.contains(NodeState.DOWN));
            assertNotNull(watch);
        }
    }

    @Test
    void nodesThatDoNotComeBackAfterTheManagersStartAreDown() throws Exception {
        NodeIdentity identity = swarm.worker();
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertNotNull(peer.hear(SessionMessage.Welcome.class));
        }
        PortFixture.await(swarm.port.close());
        PortFixture.await(swarm.port.listen("127.0.0.1", swarm.address.port()));
        assertEquals(NodeState.READY, swarm.node(identity.node()).status().state());
        PortFixture.await(
                "down", 4_000, () -> swarm.node(identity.node()).status().state() == NodeState.DOWN);
    }

    @Test
    void aRemovedNodeIsTurnedOut() throws Exception {
        NodeIdentity identity = swarm.worker();
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, identity)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertNotNull(peer.hear(SessionMessage.Welcome.class));
            swarm.commit(
                    List.of(new Change.Delete(EntityKind.NODE, identity.node().value(), Commit.ANY_VERSION)));
            assertEquals(403, peer.hear(SessionMessage.Refusal.class).httpStatus());
        }
    }

    /** A stolen worker says all it can say; nothing but its own tasks' states and its own description moves. */
    @Test
    void aStolenWorkerMovesNothingOfOthers() throws Exception {
        NodeIdentity thief = swarm.worker();
        NodeIdentity victim = swarm.worker();
        swarm.commit(List.of(new Change.Create(Desired.task("v", victim.node(), List.of()))));
        Node before = swarm.node(victim.node());
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, thief)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("w")));
            assertNotNull(peer.hear(SessionMessage.Welcome.class));
            assertTrue(
                    peer.hear(SessionMessage.Assign.class).assignment().tasks().isEmpty());
            peer.say(new SessionMessage.Report(
                    7, List.of(new TaskUpdate(new TaskId("v"), Desired.status(TaskState.FAILED)))));
            assertEquals(7, peer.hear(SessionMessage.ReportStored.class).sequence());
            peer.say(new SessionMessage.Answer(1, new byte[0], null));
            peer.say(new SessionMessage.Leave());
            assertNotNull(peer.hear(SessionMessage.Leave.class));
        }
        assertEquals(TaskState.ASSIGNED, stateOf("v"));
        assertEquals(before, swarm.node(victim.node()));
        assertEquals(1, swarm.dispatcher.counters().droppedUpdates());
    }

    @Test
    void questionsHaveAnEndAndABound() throws Exception {
        NodeIdentity identity = swarm.worker();
        Heard heard = new Heard();
        heard.answer = Promise.<byte[]>promise().future();
        assertThrows(
                ExecutionException.class, () -> PortFixture.await(swarm.dispatcher.ask(identity.node(), new byte[1])));
        PortFixture.await(session(identity, heard).open(List.of(swarm.address)));
        List<Future<byte[]>> asked = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 6; i++) {
            asked.add(swarm.dispatcher.ask(identity.node(), new byte[1]));
        }
        PortFixture.await("all ended", 4_000, () -> asked.stream().allMatch(Future::isComplete));
        List<String> said =
                asked.stream().map(answer -> answer.cause().getMessage()).toList();
        assertEquals(
                4,
                said.stream()
                        .filter(text -> text.contains("did not answer within"))
                        .count());
        assertEquals(
                2,
                said.stream()
                        .filter(text -> text.contains("too many questions"))
                        .count());
        heard.answer = Future.failedFuture("no such container");
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> PortFixture.await(swarm.dispatcher.ask(identity.node(), new byte[1])));
        assertEquals("no such container", failed.getCause().getMessage());
    }

    @Test
    void aManagerThatGoesSilentIsLeft() throws Exception {
        NetServerOptions options = new NetServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(KeyCertOptions.wrap(new OwnKey(swarm.manager.key(), swarm.manager.certificate())))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        options.getSslOptions().setApplicationLayerProtocols(List.of(Alpn.SESSION));
        boolean[] welcomed = new boolean[1];
        NetServer mute = swarm.vertx
                .createNetServer(options)
                .connectHandler(socket -> socket.handler(piece -> {
                    if (!welcomed[0]) {
                        welcomed[0] = true;
                        socket.write(Buffer.buffer(
                                Frames.encode(new SessionMessage.Welcome(1, 1, 1_000, List.of(swarm.address), 4789))));
                    }
                }));
        int port = PortFixture.await(mute.listen(0, "127.0.0.1")).actualPort();
        Heard heard = new Heard();
        ManagerSession session = session(swarm.worker(), heard);
        PortFixture.await(session.open(List.of(HostPort.parse("127.0.0.1:" + port))));
        PortFixture.await("left", 10_000, () -> !heard.ends.isEmpty());
        assertTrue(heard.ends.get(0).contains("no word for 4000 ms"), heard.ends.get(0));
        PortFixture.await("with the manager it was told of", 5_000, session::isOpen);
        PortFixture.await(mute.close());
    }

    @Test
    void noSessionIsHeldWithAnotherSwarmsManager() throws Exception {
        PortFixture other = new PortFixture(PortFixture.FAST, SessionListener.NONE);
        try {
            ManagerSession session = session(swarm.worker(), new Heard());
            Future<SessionMessage.Welcome> welcome = session.open(List.of(other.address));
            PortFixture.await("refused", 5_000, () -> !session.lastError().isEmpty());
            assertTrue(
                    session.lastError().contains("the certificate was not issued by this swarm"), session.lastError());
            assertTrue(!welcome.isComplete());
        } finally {
            other.close();
        }
    }
}
