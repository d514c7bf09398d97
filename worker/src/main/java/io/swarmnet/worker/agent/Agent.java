package io.swarmnet.worker.agent;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.session.AssignedTask;
import io.swarmnet.model.session.TaskUpdate;
import io.swarmnet.worker.container.Container;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes this node run what its assignment says, and nothing else. Belongs to the worker's context. */
public final class Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final AgentTools tools;
    private final Map<TaskId, TaskRun> runs = new LinkedHashMap<>();

    public Agent(AgentTools tools) {
        this.tools = tools;
    }

    /**
     * Takes up what an earlier life of the daemon left: tasks that run, tasks that ended meanwhile, and the rest is removed.
     * Completes when all that runs is connected again; what nobody needs then may be removed.
     *
     * @param assigned the last assignment that was stored
     */
    public Future<Void> adopt(Collection<AssignedTask> assigned) {
        Map<ContainerId, AssignedTask> known = new HashMap<>();
        assigned.forEach(task -> known.put(task.container(), task));
        List<Future<?>> work = new ArrayList<>();
        Set<ContainerId> kept = new HashSet<>();
        for (Container container : tools.containers().list()) {
            AssignedTask task = known.get(container.id());
            if (task == null) {
                LOG.info("Container without a task removed container={}", container.name());
                work.add(tools.containers().remove(container.id()));
                continue;
            }
            switch (container.state()) {
                case RUNNING -> {
                    kept.add(container.id());
                    work.add(adopt(task, container));
                }
                case EXITED -> {
                    kept.add(container.id());
                    run(task).adoptEnded(container);
                }
                // half made when the daemon died: made anew by the next assignment
                default -> work.add(tools.containers().remove(container.id()));
            }
        }
        work.add(tools.kernel().execute(() -> tools.removeFilesBut(kept)));
        return Future.join(work).mapEmpty();
    }

    private Future<Void> adopt(AssignedTask task, Container container) {
        TaskRun run = run(task);
        Future<Void> adopted = run.adopt(container);
        if (task.desiredState().isAfter(TaskState.RUNNING)) {
            run.stop(); // the daemon died while it was stopping
        }
        return adopted;
    }

    private TaskRun run(AssignedTask task) {
        return runs.computeIfAbsent(task.id(), id -> new TaskRun(task, tools));
    }

    /** Starts, stops and removes tasks until the node has what is assigned. */
    public void assigned(Collection<AssignedTask> tasks) {
        Map<TaskId, Wanted.Known> known = new LinkedHashMap<>();
        runs.forEach((id, run) -> known.put(id, run.known()));
        Wanted wanted = Wanted.decide(tasks, known);
        Map<TaskId, AssignedTask> byId = new HashMap<>();
        tasks.forEach(task -> byId.put(task.id(), task));
        wanted.start().forEach(task -> run(task).start());
        wanted.stop().forEach(id -> run(byId.getOrDefault(id, runTask(id))).stop());
        wanted.forget().forEach(this::forget);
    }

    private AssignedTask runTask(TaskId id) {
        return Optional.ofNullable(runs.get(id)).map(TaskRun::task).orElse(null);
    }

    private void forget(TaskId id) {
        TaskRun run = runs.get(id);
        run.forget().onComplete(done -> {
            if (done.failed()) {
                LOG.warn(
                        "Task not wholly removed, the next assignment tries again task={}: {}",
                        run.task().name(),
                        done.cause().getMessage());
            } else {
                runs.remove(id, run);
            }
        });
    }

    /** A container of this node changed its state. */
    public void containerChanged(Container container) {
        if (container.task() == null || container.state() != Container.State.EXITED) {
            return;
        }
        TaskRun run = runs.get(container.task());
        if (run != null) {
            run.ended(container);
        }
    }

    /** The newest status of every task, for a manager that may not have heard it. */
    public List<TaskUpdate> statuses() {
        List<TaskUpdate> updates = new ArrayList<>();
        runs.forEach((id, run) -> {
            if (run.status() != null) {
                updates.add(new TaskUpdate(id, run.status()));
            }
        });
        return updates;
    }

    /** Ends and removes every task: the node leaves the swarm. */
    public Future<Void> removeAll() {
        List<Future<?>> all = new ArrayList<>();
        List.copyOf(runs.values()).forEach(run -> all.add(run.forget()));
        return Future.join(all).<Void>mapEmpty().onComplete(done -> runs.clear());
    }
}
