package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.store.Change;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.session.TaskUpdate;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.session.JoinClient;
import io.swarmnet.worker.session.ManagerSession;
import io.swarmnet.worker.session.SessionConfig;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many nodes at once, with a store whose answers are late, collide and sometimes fail. */
@Timeout(60)
class ManyNodesTest {
    private static final int NODES = 8;
    private static final int TASKS_EACH = 25;

    private static final class Quiet implements io.swarmnet.worker.session.SessionListener {
        @Override
        public void welcome(SessionMessage.Welcome welcome) {}

        @Override
        public void assigned(Assignment assignment) {}

        @Override
        public Future<byte[]> ask(byte[] body) {
            return Future.succeededFuture(body);
        }

        @Override
        public void closed(String reason) {}
    }

    @Test
    void allAreReadyUnderNumbersOfTheirOwnAndNoReportIsLost() throws Exception {
        LateStore[] late = new LateStore[1];
        DispatcherConfig config = new DispatcherConfig(500, 3_000, 5, 10, 200, 1_000, 4, 8_000, 1_000, 128);
        PortFixture swarm = new PortFixture(config, SessionListener.NONE, store -> late[0] = new LateStore(store));
        List<ManagerSession> sessions = new CopyOnWriteArrayList<>();
        try {
            List<NodeIdentity> nodes = join(swarm);
            assertEquals(NODES, distinctSenders(swarm));
            late[0].failuresToCome.set(3);
            List<Future<?>> welcomes = new ArrayList<>();
            for (NodeIdentity node : nodes) {
                ManagerSession session = new ManagerSession(
                        swarm.vertx,
                        node,
                        () -> PortFixture.description(node.node().value()),
                        new Quiet(),
                        PortFixture.RANDOM,
                        new SessionConfig(500, 20, 300, 3_000, 200, 1_000, 8));
                sessions.add(session);
                welcomes.add(session.open(List.of(swarm.address)));
            }
            PortFixture.await(Future.join(welcomes));
            assertTrue(swarm.store.snapshot().nodes().stream()
                    .allMatch(node -> node.status().state() == NodeState.READY));
            report(swarm, nodes, sessions, late[0]);
        } finally {
            for (ManagerSession session : sessions) {
                PortFixture.await(session.close());
            }
            swarm.close();
            late[0].close();
        }
    }

    private static List<NodeIdentity> join(PortFixture swarm) throws Exception {
        List<Future<NodeIdentity>> joins = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            joins.add(JoinClient.join(
                    swarm.vertx,
                    swarm.workerToken(),
                    swarm.address,
                    "node" + i,
                    PortFixture.RANDOM,
                    InstantSource.system()));
        }
        PortFixture.await(Future.join(joins));
        return joins.stream().map(Future::result).toList();
    }

    private static long distinctSenders(PortFixture swarm) {
        return swarm.store.snapshot().nodes().stream()
                .mapToInt(Node::senderIndex)
                .filter(index -> index > 0)
                .distinct()
                .count();
    }

    private static void report(
            PortFixture swarm, List<NodeIdentity> nodes, List<ManagerSession> sessions, LateStore late)
            throws Exception {
        List<Change> tasks = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            for (int j = 0; j < TASKS_EACH; j++) {
                tasks.add(new Change.Create(
                        Desired.task("t" + i + "-" + j, nodes.get(i).node(), List.of())));
            }
        }
        swarm.commit(tasks);
        late.commits.set(0);
        late.failuresToCome.set(2);
        for (TaskState state : List.of(TaskState.PREPARING, TaskState.STARTING, TaskState.RUNNING)) {
            for (int i = 0; i < NODES; i++) {
                for (int j = 0; j < TASKS_EACH; j++) {
                    sessions.get(i).report(new TaskUpdate(new TaskId("t" + i + "-" + j), Desired.status(state)));
                }
            }
        }
        PortFixture.await("all running", 20_000, () -> swarm.store.snapshot().tasks().stream()
                .map(Task::status)
                .allMatch(status -> status.state() == TaskState.RUNNING));
        int commits = late.commits.get();
        assertTrue(commits < NODES * TASKS_EACH / 2, commits + " commits for " + 3 * NODES * TASKS_EACH + " updates");
    }
}
