package io.swarmnet.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.orchestrator.ReplicatedOrchestrator;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.object.NodeAvailability;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StageLoopTest {
    private final TestSwarm swarm = new TestSwarm(6);
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile boolean leader = true;
    private volatile RuntimeException failure;
    private StageLoop loop;

    private final ClusterStore store = new ClusterStore() {
        @Override
        public Snapshot snapshot() {
            return swarm.store.snapshot();
        }

        @Override
        public Future<Committed> commit(Commit commit) {
            return failure == null ? swarm.store.commit(commit) : Future.failedFuture(failure);
        }

        @Override
        public AutoCloseable watch(Consumer<Applied> listener) {
            return swarm.store.watch(listener);
        }

        @Override
        public boolean isLeader() {
            return leader;
        }
    };

    private final Stage counter = new Stage() {
        @Override
        public String name() {
            return "counter";
        }

        @Override
        public List<Change> decide(Snapshot state, long nowMillis) {
            runs.incrementAndGet();
            return List.of();
        }

        @Override
        public long nextMillis(Snapshot state, long nowMillis) {
            return Long.MAX_VALUE;
        }
    };

    private void start(Stage... more) {
        loop = new StageLoop(
                store,
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(counter, new ReplicatedOrchestrator(swarm.random)),
                                java.util.stream.Stream.of(more))
                        .toList(),
                executor,
                System::currentTimeMillis,
                new java.util.Random(1));
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.close();
        executor.shutdownNow();
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    @Test
    void actsOnEachCommitAndThenRests() throws Exception {
        start();
        swarm.service("web", 3);
        until(() -> swarm.store.snapshot().tasks().size() == 3);
        Thread.sleep(100);
        int before = runs.get();
        Thread.sleep(300);
        assertEquals(before, runs.get(), "nothing to do");
    }

    @Test
    void aFollowerDecidesNothingUntilItLeads() throws Exception {
        leader = false;
        start();
        swarm.service("web", 3);
        Thread.sleep(100);
        assertEquals(0, swarm.store.snapshot().tasks().size());
        leader = true;
        until(() -> swarm.store.snapshot().tasks().size() == 3);
    }

    @Test
    void goesOnWhenTheStoreIsBack() throws Exception {
        failure = new UnavailableException("no majority");
        start();
        swarm.service("web", 3);
        Thread.sleep(200);
        assertTrue(runs.get() < 20, "no spinning: " + runs.get());
        failure = new StaleVersionException("update out of sequence");
        Thread.sleep(600);
        assertTrue(runs.get() < 40, "no spinning: " + runs.get());
        failure = null;
        until(() -> swarm.store.snapshot().tasks().size() == 3);
    }

    @Test
    void stagesThatNeverAgreeDoNotSpin() throws Exception {
        Stage restless = new Stage() {
            @Override
            public String name() {
                return "restless";
            }

            @Override
            public List<Change> decide(Snapshot state, long nowMillis) {
                return state.nodes().stream().<Change>map(Change.Update::new).toList();
            }

            @Override
            public long nextMillis(Snapshot state, long nowMillis) {
                return nowMillis;
            }
        };
        start(restless);
        Thread.sleep(1_000);
        // Each own commit wakes the loop, too; the streak's pause must hold all the same.
        assertTrue(runs.get() < 250, "runs in a second: " + runs.get());
    }

    @Test
    void aStageThatThrowsIsAskedAgainLater() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Stage broken = new Stage() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public List<Change> decide(Snapshot state, long nowMillis) {
                if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("planted");
                }
                return List.of();
            }

            @Override
            public long nextMillis(Snapshot state, long nowMillis) {
                return Long.MAX_VALUE;
            }
        };
        swarm.service("web", 3);
        start(broken);
        until(() -> swarm.store.snapshot().tasks().size() == 3);
        swarm.label("n1", Map.of("a", "b"), NodeAvailability.ACTIVE);
    }
}
