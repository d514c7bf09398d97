package io.swarmnet.manager.sim;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sim")
class StagesSimulationTest {
    private static final int SEEDS = Integer.getInteger("swarmnet.sim.seeds", 100);

    @Test
    void noAddressOrVniIsHeldTwiceAndServicesConverge() {
        for (long seed = 0; seed < SEEDS; seed++) {
            String told = run(seed, UnaryOperator.identity());
            if (seed < 3) {
                System.out.println("seed " + seed + ": " + told);
            }
        }
    }

    private static String run(long seed, UnaryOperator<Stage> allocator) {
        try {
            return new SwarmSimulation(seed, allocator).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    @Test
    void catchesAnAllocatorThatTakesAddressesFromTasksStillEnding() {
        AssertionError caught = assertThrows(AssertionError.class, () -> {
            for (long seed = 0; seed < 5; seed++) {
                run(seed, Hasty::new);
            }
        });
        assertTrue(caught.getMessage().contains("is not leased to it"), caught.getMessage());
    }

    /** The planted bug: a task that was told to end counts as ended. */
    private record Hasty(Stage real) implements Stage {
        @Override
        public String name() {
            return "hasty allocator";
        }

        @Override
        public List<Change> decide(Snapshot state, long nowMillis) {
            return real.decide(new EndedTooSoon(state), nowMillis);
        }

        @Override
        public long nextMillis(Snapshot state, long nowMillis) {
            return real.nextMillis(state, nowMillis);
        }
    }

    private record EndedTooSoon(Snapshot real) implements Snapshot {
        @Override
        public long version() {
            return real.version();
        }

        @Override
        public <T extends Entity> Collection<T> all(EntityKind kind, Class<T> type) {
            List<T> all = new ArrayList<>();
            for (T entity : real.all(kind, type)) {
                boolean hasty =
                        entity instanceof Task task && task.desiredState().isTerminal();
                all.add(hasty ? type.cast(ended((Task) (Entity) entity)) : entity);
            }
            return all;
        }

        private static Task ended(Task task) {
            return task.withStatus(
                    new TaskStatus(TaskState.SHUTDOWN, task.status().timestamp(), "", null, 0, 0));
        }

        @Override
        public <T extends Entity> Optional<T> find(EntityKind kind, String key, Class<T> type) {
            return real.find(kind, key, type);
        }
    }
}
