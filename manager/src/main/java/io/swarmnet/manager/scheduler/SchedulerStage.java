package io.swarmnet.manager.scheduler;

import io.swarmnet.manager.Stage;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.record.EndpointClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Gives PENDING tasks a node (ASSIGNED): the suitable one with the fewest tasks of the service, then the fewest tasks; and
 * signs what the task may claim there. A task of a global service comes with its node, which is only checked. Pure but for
 * the signature.
 */
public final class SchedulerStage implements Stage {
    /** Signing takes time, and a round whose state has moved meanwhile is thrown away: a long one might never get through. */
    static final int CHANGES_MAX = 100;

    private static final int SHORT_ID_LENGTH = 12;
    private static final Comparator<Task> OLDEST_FIRST = Comparator.comparing(Task::createdAt)
            .thenComparing(Task::serviceId)
            .thenComparing(Task::slot)
            .thenComparing(Task::id);

    private final ClaimSource claims;

    public SchedulerStage(ClaimSource claims) {
        this.claims = claims;
    }

    @Override
    public String name() {
        return "scheduler";
    }

    @Override
    public List<Change> decide(Snapshot state, long nowMillis) {
        NodeLoad load = new NodeLoad(state, nowMillis);
        List<Task> waiting = state.tasks().stream()
                .filter(task -> isWaiting(task) && startMillis(task) <= nowMillis)
                .sorted(OLDEST_FIRST)
                .toList();
        List<Change> changes = new ArrayList<>();
        for (Task task : waiting) {
            if (changes.size() >= CHANGES_MAX) {
                break;
            }
            schedule(task, state, load, nowMillis).ifPresent(changes::add);
        }
        return changes;
    }

    private static boolean isWaiting(Task task) {
        return task.status().state() == TaskState.PENDING
                && !task.desiredState().isTerminal();
    }

    private static long startMillis(Task task) {
        return task.notBefore() == null ? Long.MIN_VALUE : task.notBefore().toEpochMilli();
    }

    private Optional<Change> schedule(Task task, Snapshot state, NodeLoad load, long nowMillis) {
        boolean preassigned = task.nodeId() != null;
        List<Node> candidates = state.nodes().stream()
                .filter(node -> !preassigned || node.id().equals(task.nodeId()))
                .toList();
        Placement placement = new Placement(task.spec(), candidates, state);
        Optional<Node> best = placement.suitable().stream()
                .min(Comparator.<Node, Boolean>comparing(node -> load.failsOften(node.id(), task.serviceId()))
                        .thenComparing(node -> load.ofService(node.id(), task.serviceId()))
                        .thenComparing(node -> load.all(node.id()))
                        .thenComparing(Node::id));
        if (best.isEmpty()) {
            return stuck(task, placement.whyNone(), nowMillis);
        }
        Node node = best.get();
        Task placed = task.withNode(node.id());
        long epoch = state.version() + 1; // grows with every allocation, so the newer claim to an address is told
        List<Attachment> attachments;
        try {
            attachments = placed.attachments().stream()
                    .map(attachment -> signed(placed, attachment, epoch))
                    .toList();
        } catch (RuntimeException e) {
            return stuck(task, "the task's endpoint claim could not be signed: " + e.getMessage(), nowMillis);
        }
        if (!preassigned) {
            load.add(task, node.id());
        }
        return Optional.of(new Change.Update(placed.withAttachments(attachments)
                .withStatus(new TaskStatus(
                        TaskState.ASSIGNED,
                        Instant.ofEpochMilli(nowMillis),
                        preassigned
                                ? "scheduler confirmed task can run on preassigned node"
                                : "scheduler assigned task to node",
                        null,
                        0,
                        0))));
    }

    private static Optional<Change> stuck(Task task, String why, long nowMillis) {
        TaskStatus status = task.status();
        if (Objects.equals(status.error(), why)) {
            return Optional.empty();
        }
        return Optional.of(new Change.Update(task.withStatus(
                new TaskStatus(status.state(), Instant.ofEpochMilli(nowMillis), status.message(), why, 0, 0))));
    }

    private Attachment signed(Task task, Attachment attachment, long epoch) {
        EndpointClaim claim = new EndpointClaim(
                attachment.network(),
                attachment.endpoint(),
                attachment.addresses(),
                attachment.mac(),
                namesOf(task),
                task.serviceId(),
                task.serviceName(),
                attachment.aliases(),
                task.slot(),
                task.id(),
                task.nodeId(),
                epoch);
        return new Attachment(
                attachment.network(),
                attachment.endpoint(),
                attachment.addresses(),
                attachment.mac(),
                attachment.aliases(),
                claims.sign(claim));
    }

    // Docker's order (DNSNames): container name, which is the task's name, short id, hostname.
    private static List<String> namesOf(Task task) {
        Set<String> names = new LinkedHashSet<>();
        names.add(task.name());
        names.add(Ids.containerOf(task.id()).value().substring(0, SHORT_ID_LENGTH));
        String hostname = task.spec().container().hostname();
        if (hostname != null && !hostname.isEmpty()) {
            names.add(hostname);
        }
        return List.copyOf(names);
    }

    /** When the next task may start that waits for its restart delay. */
    @Override
    public long nextMillis(Snapshot state, long nowMillis) {
        return state.tasks().stream()
                .filter(task -> isWaiting(task) && startMillis(task) > nowMillis)
                .mapToLong(SchedulerStage::startMillis)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
