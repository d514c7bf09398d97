package io.swarmnet.manager.orchestrator;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Keeps as many tasks of each service as are wanted: new slots when there are too few, slots away when there are too many,
 * a new task where one ended or lost its node, nothing left of a service that was removed. Tasks of global services are left
 * to {@link GlobalOrchestrator}. Pure but for the ids it draws.
 */
public final class ReplicatedOrchestrator implements Stage {
    private static final int CHANGES_MAX = 500;

    private final RandomGenerator random;

    public ReplicatedOrchestrator(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public String name() {
        return "orchestrator";
    }

    @Override
    public List<Change> decide(Snapshot state, long nowMillis) {
        NodeHealth nodes = new NodeHealth(state);
        TaskBirth birth = new TaskBirth(random, nowMillis);
        Map<ServiceId, Service> services = new LinkedHashMap<>();
        state.services().forEach(service -> services.put(service.id(), service));
        Map<ServiceId, TreeMap<Long, List<Task>>> slots = new HashMap<>();
        List<Change> changes = new ArrayList<>();
        for (Task task : state.tasks()) {
            if (task.desiredState() == TaskState.REMOVE) {
                continue;
            }
            if (services.containsKey(task.serviceId())) {
                slots.computeIfAbsent(task.serviceId(), id -> new TreeMap<>())
                        .computeIfAbsent(task.slot(), slot -> new ArrayList<>())
                        .add(task);
            } else {
                changes.add(new Change.Update(task.withDesiredState(TaskState.REMOVE)));
            }
        }
        for (Service service : services.values()) {
            if (!service.spec().isGlobal() && changes.size() < CHANGES_MAX) {
                List<Slot> present = new ArrayList<>();
                slots.getOrDefault(service.id(), new TreeMap<>())
                        .forEach((number, tasks) -> present.add(new Slot(service, number, null, tasks, nodes)));
                reconcile(service, present, birth, changes);
            }
        }
        return changes.size() > CHANGES_MAX ? changes.subList(0, CHANGES_MAX) : changes;
    }

    private static void reconcile(Service service, List<Slot> present, TaskBirth birth, List<Change> changes) {
        long wanted = service.spec().replicas();
        List<Slot> kept = new ArrayList<>(present);
        if (present.size() > wanted) {
            for (Slot surplus : surplus(present, present.size() - wanted)) {
                kept.remove(surplus);
                changes.addAll(surplus.remove());
            }
        }
        kept.forEach(slot -> changes.addAll(slot.fill(birth)));
        Set<Long> numbers = new HashSet<>();
        kept.forEach(slot -> numbers.add(slot.number()));
        for (long number = 1; numbers.size() < wanted && changes.size() < CHANGES_MAX; number++) {
            if (numbers.add(number)) {
                changes.add(new Change.Create(birth.task(service, number, null, null, 0)));
            }
        }
    }

    /** Empty slots first, then those of the fullest node, higher numbers before lower ones. */
    private static List<Slot> surplus(List<Slot> slots, long count) {
        List<Slot> left = new ArrayList<>(slots);
        Map<Slot, Optional<Task>> live = new HashMap<>();
        Map<NodeId, Integer> load = new HashMap<>();
        for (Slot slot : slots) {
            Optional<Task> task = slot.live();
            live.put(slot, task);
            nodeOf(task).ifPresent(node -> load.merge(node, 1, Integer::sum));
        }
        List<Slot> chosen = new ArrayList<>();
        while (chosen.size() < count) {
            Slot next = left.stream()
                    .max(Comparator.<Slot, Boolean>comparing(
                                    slot -> live.get(slot).isEmpty())
                            .thenComparing(slot -> nodeOf(live.get(slot)).isEmpty())
                            .thenComparing(slot ->
                                    nodeOf(live.get(slot)).map(load::get).orElse(0))
                            .thenComparing(Slot::number))
                    .orElseThrow();
            nodeOf(live.get(next)).ifPresent(node -> load.merge(node, -1, Integer::sum));
            left.remove(next);
            chosen.add(next);
        }
        return chosen;
    }

    private static Optional<NodeId> nodeOf(Optional<Task> task) {
        return task.map(Task::nodeId);
    }

    /** It waits for nothing but changes: delays are kept by the scheduler. */
    @Override
    public long nextMillis(Snapshot state, long nowMillis) {
        return Long.MAX_VALUE;
    }
}
