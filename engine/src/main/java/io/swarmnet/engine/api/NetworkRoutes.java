package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.engine.json.NetworkCreate;
import io.swarmnet.engine.json.NetworkJson;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.Task;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /networks}. */
final class NetworkRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkRoutes.class);
    private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none", "default");

    private final EngineNode node;
    private final NetworkDirectory directory;

    NetworkRoutes(EngineNode node) {
        this.node = node;
        this.directory = new NetworkDirectory(node);
    }

    void register(Routes routes) {
        routes.get("/networks", this::list);
        routes.post("/networks/create", this::create);
        routes.post("/networks/prune", this::prune);
        routes.get("/networks/{id}", this::inspect);
        routes.delete("/networks/{id}", this::remove);
    }

    private void list(Call call) {
        Filters filters = call.filters("driver", "id", "label", "name", "scope", "type", "dangling");
        ArrayNode list = DockerJson.array();
        for (NetworkDirectory.Entry entry : directory.all()) {
            if (passes(filters, entry)) {
                list.add(entry.json());
            }
        }
        call.json(200, list);
    }

    private boolean passes(Filters filters, NetworkDirectory.Entry entry) {
        for (String type : filters.values("type")) {
            if (!type.equals("builtin") && !type.equals("custom")) {
                throw new InvalidSpecException("invalid filter: 'type'='" + type + "'");
            }
        }
        Boolean dangling = filters.flag("dangling");
        boolean builtin = PREDEFINED.contains(entry.name());
        return filters.exact("driver", entry.driver())
                && filters.prefix("id", entry.id())
                && filters.labels("label", entry.labels())
                && filters.nameMatch("name", entry.name())
                && filters.exact("scope", entry.scope())
                && filters.any("type", type -> type.equals(builtin ? "builtin" : "custom"))
                && (dangling == null || dangling != inUse(entry));
    }

    private boolean inUse(NetworkDirectory.Entry entry) {
        if (entry.swarm() == null) {
            return node.worker().networks().local().stream()
                    .anyMatch(view ->
                            view.id().equals(entry.id()) && !view.members().isEmpty());
        }
        Snapshot state = node.membership().control().snapshot();
        return state.services().stream().anyMatch(service -> service.spec().task().networks().stream()
                        .anyMatch(
                                network -> network.target().equals(entry.swarm().id())))
                || state.tasks().stream()
                        .anyMatch(task -> !task.status().state().isTerminal() && isOn(task, entry.swarm()));
    }

    private static boolean isOn(Task task, Network network) {
        return task.attachments().stream()
                .anyMatch(attachment -> attachment.network().equals(network.id()));
    }

    private void create(Call call) {
        if (call.body().text("Scope").equals("swarm")
                && !call.body().text("Driver").equals("overlay")
                && node.membership().status().nodeId() == null) {
            throw new ForbiddenException("cannot create a swarm scoped network when swarm is not active");
        }
        NetworkCreate create = NetworkCreate.read(call.body());
        boolean taken = PREDEFINED.contains(create.name())
                || directory.all().stream().anyMatch(entry -> entry.name().equals(create.name()));
        if (taken) {
            throw new NameConflictException("network with name " + create.name() + " already exists");
        }
        if (create.swarmScope()) {
            call.when(
                    managerOr403().createNetwork(create.swarmSpec()),
                    network -> created(call, network.id().value()));
        } else {
            call.when(node.worker().networks().create(create.localSpec()), network -> created(call, network.id()));
        }
    }

    /** Docker answers 403 here, and on workers too with the words for a node outside of a swarm. */
    private SwarmControl managerOr403() {
        try {
            return node.membership().control();
        } catch (UnavailableException e) {
            if (node.membership().status().manager()) {
                throw e;
            }
            throw new ForbiddenException("This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm"
                    + " join\" to connect this node to swarm and try again.");
        }
    }

    private static void created(Call call, String id) {
        call.json(201, DockerJson.object().put("Id", id).put("Warning", ""));
    }

    private void inspect(Call call) {
        String scope = call.query("scope");
        NetworkDirectory.Entry entry = directory.find(call.path("id"), scope);
        ObjectNode json = entry.json();
        if (entry.scope().equals("local")) {
            node.worker().networks().local().stream()
                    .filter(view -> view.id().equals(entry.id()))
                    .findFirst()
                    .ifPresent(view -> NetworkJson.members(json, view.members()));
        } else {
            node.worker().networks().overlay(new NetworkId(entry.id())).ifPresent(view -> {
                NetworkJson.members(json, view.members());
                NetworkJson.peers(json, view);
            });
        }
        if (call.flag("verbose") && entry.swarm() != null) {
            Snapshot state = node.membership().control().snapshot();
            NetworkJson.services(json, entry.swarm(), state.tasks(), task -> hostOf(state, task));
        }
        call.json(200, json);
    }

    private static String hostOf(Snapshot state, Task task) {
        return state.nodes().stream()
                .filter(n -> n.id().equals(task.nodeId()))
                .findFirst()
                .map(Node::description)
                .filter(description ->
                        description != null && !description.vteps().isEmpty())
                .map(description -> description.vteps().get(0).toString())
                .orElse("");
    }

    private void remove(Call call) {
        String reference = call.path("id");
        if (PREDEFINED.contains(reference)) {
            throw new ForbiddenException(reference + " is a pre-defined network and cannot be removed");
        }
        NetworkDirectory.Entry entry = directory.find(reference, "");
        call.when(remove(entry), done -> call.empty(204));
    }

    private Future<Void> remove(NetworkDirectory.Entry entry) {
        return entry.scope().equals("swarm")
                ? node.membership().control().removeNetwork(entry.id())
                : node.worker().networks().remove(entry.id());
    }

    private void prune(Call call) {
        Filters filters = call.filters("label", "label!", "until");
        Instant until = filters.has("until")
                ? Times.parse(filters.values("until").iterator().next(), Instant.now())
                : null;
        List<Future<String>> removals = new ArrayList<>();
        for (NetworkDirectory.Entry entry : directory.all()) {
            boolean keep = entry.name().equals("docker_gwbridge")
                    || entry.swarm() != null && entry.swarm().spec().ingress()
                    || entry.scope().equals("swarm") && entry.swarm() == null
                    || until != null && entry.createdAt().isAfter(until)
                    || !filters.labels("label", entry.labels())
                    || filters.has("label!") && filters.labels("label!", entry.labels())
                    || inUse(entry);
            if (!keep) {
                // One that came into use meanwhile is left, as Docker leaves it.
                removals.add(remove(entry).map(entry.name()).recover(failure -> {
                    LOG.warn("Network not pruned network={} because={}", entry.name(), failure.getMessage());
                    return Future.succeededFuture();
                }));
            }
        }
        call.when(Future.join(removals), done -> {
            List<String> names = removals.stream()
                    .map(Future::result)
                    .filter(java.util.Objects::nonNull)
                    .toList();
            ObjectNode json = DockerJson.object();
            json.set("NetworksDeleted", DockerJson.textsOrNull(names));
            call.json(200, json);
        });
    }
}
