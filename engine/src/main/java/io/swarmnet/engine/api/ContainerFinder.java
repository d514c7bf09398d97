package io.swarmnet.engine.api;

import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.worker.container.Container;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Finds a container on this node, or, on a manager, the container of a task on another node. */
final class ContainerFinder {
    private final EngineNode node;

    ContainerFinder(EngineNode node) {
        this.node = node;
    }

    /**
     * Where a container is.
     *
     * @param local null of a container on another node
     * @param remote null of a container of this node
     */
    record Place(ContainerId id, Container local, NodeId remote, Task task) {
        boolean isLocal() {
            return local != null;
        }
    }

    /** @throws NotFoundException {@code No such container: X} */
    Place find(String reference) {
        try {
            Container container = node.worker().containers().find(reference);
            return new Place(container.id(), container, null, null);
        } catch (NotFoundException e) {
            return findTask(reference).orElseThrow(() -> e);
        }
    }

    private Optional<Place> findTask(String reference) {
        String name = reference.startsWith("/") ? reference.substring(1) : reference;
        Optional<SwarmControl> control = node.membership().controlIfManager();
        if (control.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        NodeId self = node.membership().status().nodeId();
        List<Task> elsewhere = control.get().snapshot().tasks().stream()
                .filter(task -> task.nodeId() != null && !task.nodeId().equals(self))
                .toList();
        List<Task> found = elsewhere.stream()
                .filter(task -> task.name().equals(name)
                        || Ids.containerOf(task.id()).value().equals(name))
                .toList();
        if (found.isEmpty()) {
            found = elsewhere.stream()
                    .filter(task -> Ids.containerOf(task.id()).value().startsWith(name))
                    .toList();
        }
        if (found.size() > 1) {
            throw new InvalidSpecException("multiple IDs found with provided prefix: " + reference);
        }
        return found.stream().findFirst().map(task -> new Place(Ids.containerOf(task.id()), null, task.nodeId(), task));
    }

    /** Asks the node of a remote container. */
    Future<NodeAnswer> ask(Place place, NodeRequest request) {
        return node.membership().control().ask(place.remote(), request);
    }

    /** Reads a piece of the container's log, wherever it is; see {@link NodeRequest.ReadLogs}. */
    Future<NodeAnswer.Output> readLogs(Place place, long cursor, int tail, long waitMillis, int maxBytes) {
        if (place.isLocal()) {
            return node.worker().containers().readLogs(place.id().value(), cursor, tail, waitMillis, maxBytes);
        }
        return ask(place, new NodeRequest.ReadLogs(place.id(), cursor, tail, waitMillis, maxBytes))
                .compose(answer -> expect(NodeAnswer.Output.class, answer));
    }

    /** The answer of the kind that was asked for. */
    static <T extends NodeAnswer> Future<T> expect(Class<T> type, NodeAnswer answer) {
        return type.isInstance(answer)
                ? Future.succeededFuture(type.cast(answer))
                : Future.failedFuture(new IllegalStateException("asked for " + type.getSimpleName()
                        + ", the node answered " + answer.getClass().getSimpleName()));
    }
}
