package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.SwarmJson;
import io.swarmnet.engine.json.SystemJson;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.worker.container.Container;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code /_ping}, {@code /version}, {@code /info}: answered while the daemon still starts. */
final class SystemRoutes {
    private final EngineNode node;
    private final Events events;

    SystemRoutes(EngineNode node, Events events) {
        this.node = node;
        this.events = events;
    }

    void register(Routes routes) {
        routes.get("/_ping", call -> ping(call, "OK"));
        routes.head("/_ping", call -> ping(call, ""));
        routes.get("/version", call -> call.json(200, SystemJson.version(node.host())));
        routes.get("/info", this::info);
    }

    private void ping(Call call, String body) {
        call.response()
                .putHeader("Swarm", swarmHeader())
                .putHeader("Builder-Version", "1")
                .putHeader("Cache-Control", "no-cache, no-store, must-revalidate")
                .putHeader("Pragma", "no-cache")
                .putHeader("Content-Type", "text/plain; charset=utf-8");
        if (body.isEmpty()) {
            call.response().putHeader("Content-Length", "0").end();
        } else {
            call.response().end(body);
        }
    }

    private String swarmHeader() {
        Membership.Status status = node.membership().status();
        if (status.state() != Membership.State.ACTIVE) {
            return status.state().name().toLowerCase(Locale.ROOT);
        }
        return status.manager() ? "active/manager" : "active/worker";
    }

    private void info(Call call) {
        List<Container> containers =
                node.started().succeeded() ? node.worker().containers().list() : List.of();
        int images = node.started().succeeded() ? node.worker().images().list().size() : 0;
        int running = (int) containers.stream()
                .filter(container -> container.state() == Container.State.RUNNING)
                .count();
        SystemJson.Counts counts =
                new SystemJson.Counts(running, containers.size() - running, images, events.listeners());
        call.json(200, SystemJson.info(node.host(), counts, swarm(), Instant.now()));
    }

    private ObjectNode swarm() {
        Membership.Status status = node.membership().status();
        Optional<Snapshot> state = node.membership().controlIfManager().map(SwarmControl::snapshot);
        List<Node> nodes = state.map(s -> List.copyOf(s.nodes())).orElse(List.of());
        List<SwarmJson.RemoteManager> managers = nodes.stream()
                .filter(n -> n.managerStatus() != null && n.managerStatus().address() != null)
                .map(n -> new SwarmJson.RemoteManager(
                        n.id().value(), n.managerStatus().address()))
                .toList();
        if (managers.isEmpty() && node.started().succeeded()) {
            managers = node.worker().managers().stream()
                    .map(address -> new SwarmJson.RemoteManager("", address))
                    .toList();
        }
        Cluster cluster = state.flatMap(Snapshot::cluster).orElse(null);
        int managerCount = (int)
                nodes.stream().filter(n -> n.spec().role() == NodeRole.MANAGER).count();
        return SwarmJson.local(
                status.nodeId() == null ? "" : status.nodeId().value(),
                status.nodeAddress(),
                status.state().name().toLowerCase(Locale.ROOT),
                cluster != null,
                status.error(),
                managers,
                nodes.size(),
                managerCount,
                cluster);
    }
}
