package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.engine.json.ServiceJson;
import io.swarmnet.engine.json.ServiceSpecReader;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;

/** {@code /services}. */
final class ServiceRoutes {
    private final EngineNode node;
    private final ServiceLogs logs;

    ServiceRoutes(Vertx vertx, EngineNode node) {
        this.node = node;
        this.logs = new ServiceLogs(vertx, node);
    }

    void register(Routes routes) {
        routes.get("/services", this::list);
        routes.post("/services/create", this::create);
        routes.get("/services/{id}", this::inspect);
        routes.post("/services/{id}/update", this::update);
        routes.delete(
                "/services/{id}", call -> call.when(control().removeService(call.path("id")), done -> call.empty(200)));
        routes.get("/services/{id}/logs", call -> {
            Service service = control().service(call.path("id"));
            logs.stream(call, service.spec().task().container().tty(), task -> task.serviceId()
                    .equals(service.id()));
        });
    }

    private SwarmControl control() {
        return node.membership().control();
    }

    private void list(Call call) {
        SwarmControl control = control();
        Filters filters = call.filters("id", "label", "mode", "name", "runtime");
        Snapshot state = control.snapshot();
        ArrayNode list = DockerJson.array();
        for (Service service : state.services()) {
            if (passes(filters, service)) {
                ObjectNode json = ServiceJson.of(service, call.flag("insertDefaults"));
                if (call.flag("status")) {
                    json.set("ServiceStatus", status(state, service));
                }
                list.add(json);
            }
        }
        call.json(200, list);
    }

    private static boolean passes(Filters filters, Service service) {
        String mode = service.spec().isGlobal() ? "global" : "replicated";
        return filters.prefix("id", service.id().value())
                && filters.labels("label", service.spec().labels())
                && filters.exact("mode", mode)
                && filters.prefix("name", service.spec().name())
                && filters.exact("runtime", "container");
    }

    /** Running tasks on live nodes, and how many there should be; of a global service one on each node that may run it. */
    private static ObjectNode status(Snapshot state, Service service) {
        Set<String> live = new HashSet<>();
        for (Node member : state.nodes()) {
            if (member.status().state() != NodeState.DOWN) {
                live.add(member.id().value());
            }
        }
        long running = 0;
        long desiredTasks = 0;
        for (Task task : state.tasks()) {
            if (!task.serviceId().equals(service.id())) {
                continue;
            }
            boolean wanted = !task.desiredState().isAfter(TaskState.RUNNING);
            boolean counted =
                    task.nodeId() == null || live.contains(task.nodeId().value());
            if (wanted && counted) {
                desiredTasks++;
            }
            if (wanted && counted && task.status().state() == TaskState.RUNNING) {
                running++;
            }
        }
        long desired = service.spec().isGlobal() ? desiredTasks : service.spec().replicas();
        return DockerJson.object()
                .put("RunningTasks", running)
                .put("DesiredTasks", desired)
                .put("CompletedTasks", 0);
    }

    private void inspect(Call call) {
        call.json(200, ServiceJson.of(control().service(call.path("id")), call.flag("insertDefaults")));
    }

    private void create(Call call) {
        SwarmControl control = control();
        ServiceSpec spec = reader(control).read(call.body());
        call.when(control.createService(spec), accepted -> {
            ObjectNode json =
                    DockerJson.object().put("ID", accepted.service().id().value());
            json.set("Warnings", DockerJson.textsOrNull(accepted.warnings()));
            call.json(201, json);
        });
    }

    private void update(Call call) {
        SwarmControl control = control();
        long version = call.version("service");
        Service service = control.service(call.path("id"));
        ServiceSpec spec;
        if (call.query("rollback").equals("previous")) {
            if (service.previousSpec() == null) {
                throw new InvalidSpecException("rpc error: code = FailedPrecondition desc = service "
                        + service.spec().name() + " does not have a previous spec");
            }
            spec = service.previousSpec();
        } else {
            spec = reader(control).read(call.body());
        }
        call.when(control.updateService(service.id().value(), version, spec), accepted -> {
            ObjectNode json = DockerJson.object();
            json.set("Warnings", DockerJson.textsOrNull(accepted.warnings()));
            call.json(200, json);
        });
    }

    private static ServiceSpecReader reader(SwarmControl control) {
        return new ServiceSpecReader(target -> network(control, target));
    }

    private static NetworkId network(SwarmControl control, String target) {
        try {
            return control.network(target).id();
        } catch (NotFoundException e) {
            // Docker answers 500 here, and tests know it.
            throw new SwarmnetException(500, "network " + target + " not found");
        }
    }
}
