package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.engine.json.TaskJson;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /tasks}. */
final class TaskRoutes {
    private final EngineNode node;
    private final ServiceLogs logs;

    TaskRoutes(Vertx vertx, EngineNode node) {
        this.node = node;
        this.logs = new ServiceLogs(vertx, node);
    }

    void register(Routes routes) {
        routes.get("/tasks", this::list);
        routes.get("/tasks/{id}", call -> {
            Snapshot state = control().snapshot();
            call.json(200, json(state, find(state, call.path("id"))));
        });
        routes.get("/tasks/{id}/logs", call -> {
            Task task = find(control().snapshot(), call.path("id"));
            logs.stream(call, task.spec().container().tty(), other -> other.id().equals(task.id()));
        });
    }

    private SwarmControl control() {
        return node.membership().control();
    }

    private void list(Call call) {
        Snapshot state = control().snapshot();
        Filters filters =
                call.filters("id", "name", "node", "service", "desired-state", "label", "_up-to-date", "runtime");
        for (String wanted : filters.values("desired-state")) {
            if (!List.of("running", "shutdown", "accepted").contains(wanted)) {
                throw new InvalidSpecException("invalid filter 'desired-state=" + wanted + "'");
            }
        }
        ArrayNode list = DockerJson.array();
        for (Task task : state.tasks()) {
            if (passes(filters, state, task)) {
                list.add(json(state, task));
            }
        }
        call.json(200, list);
    }

    private static boolean passes(Filters filters, Snapshot state, Task task) {
        String desired = task.desiredState().isAfter(TaskState.RUNNING)
                ? "shutdown"
                : task.desiredState().name().toLowerCase(Locale.ROOT);
        Boolean upToDate = filters.flag("_up-to-date");
        return filters.prefix("id", task.id().value())
                && filters.any("name", name -> task.name().startsWith(name))
                && filters.any("node", reference -> isNode(state, task, reference))
                && filters.any(
                        "service",
                        reference -> task.serviceId().value().startsWith(reference)
                                || task.serviceName().equals(reference))
                && filters.exact("desired-state", desired)
                && filters.labels("label", Map.of())
                && filters.exact("runtime", "container")
                && (upToDate == null || upToDate == isUpToDate(state, task));
    }

    private static boolean isNode(Snapshot state, Task task, String reference) {
        if (task.nodeId() == null) {
            return false;
        }
        return task.nodeId().value().startsWith(reference)
                || state.find(EntityKind.NODE, task.nodeId().value(), Node.class)
                        .filter(n -> n.description() != null
                                && reference.equals(n.description().hostname()))
                        .isPresent();
    }

    /** True while the task was made from what its service asks for now: what the CLI's progress display waits for. */
    private static boolean isUpToDate(Snapshot state, Task task) {
        return state.find(EntityKind.SERVICE, task.serviceId().value(), Service.class)
                .map(service -> service.spec().task().equals(task.spec()))
                .orElse(false);
    }

    private static ObjectNode json(Snapshot state, Task task) {
        Map<String, String> kept = state.find(
                        EntityKind.SERVICE, task.serviceId().value(), Service.class)
                .filter(service -> service.spec().task().equals(task.spec()))
                .map(service -> service.spec().unused())
                .orElse(Map.of());
        return TaskJson.of(task, kept, id -> state.find(EntityKind.NETWORK, id.value(), Network.class));
    }

    private static Task find(Snapshot state, String reference) {
        List<Task> exact = state.tasks().stream()
                .filter(task ->
                        task.id().value().equals(reference) || task.name().equals(reference))
                .toList();
        List<Task> found = exact.isEmpty()
                ? state.tasks().stream()
                        .filter(task -> task.id().value().startsWith(reference))
                        .toList()
                : exact;
        if (found.size() > 1) {
            throw new InvalidSpecException("task " + reference + " is ambiguous (" + found.size() + " matches found)");
        }
        if (found.isEmpty()) {
            throw new NotFoundException("task " + reference + " not found");
        }
        return found.get(0);
    }
}
