package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.engine.json.NodeJson;
import io.swarmnet.engine.json.SwarmJson;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.model.object.Node;
import java.util.Locale;
import java.util.Map;

/** {@code /nodes}. */
final class NodeRoutes {
    private final Membership membership;

    NodeRoutes(EngineNode node) {
        this.membership = node.membership();
    }

    void register(Routes routes) {
        routes.get("/nodes", this::list);
        routes.get("/nodes/{id}", call -> {
            SwarmControl control = membership.control();
            call.json(200, NodeJson.of(control.node(call.path("id")), tlsInfo(control)));
        });
        routes.post(
                "/nodes/{id}/update",
                call -> call.when(
                        membership
                                .control()
                                .updateNode(call.path("id"), call.version("node"), NodeJson.spec(call.body())),
                        done -> call.empty(200)));
        routes.delete(
                "/nodes/{id}",
                call -> call.when(
                        membership.control().removeNode(call.path("id"), call.flag("force")), done -> call.empty(200)));
    }

    private void list(Call call) {
        SwarmControl control = membership.control();
        Filters filters = call.filters("id", "label", "node.label", "membership", "name", "role");
        JsonNode tlsInfo = tlsInfo(control);
        ArrayNode list = DockerJson.array();
        control.snapshot().nodes().stream()
                .filter(node -> passes(filters, node))
                .forEach(node -> list.add(NodeJson.of(node, tlsInfo)));
        call.json(200, list);
    }

    private static boolean passes(Filters filters, Node node) {
        String hostname = node.description() == null ? "" : node.description().hostname();
        Map<String, String> engineLabels =
                node.description() == null ? Map.of() : node.description().engineLabels();
        return filters.prefix("id", node.id().value())
                && filters.any("name", hostname::startsWith)
                && filters.labels("label", engineLabels)
                && filters.labels("node.label", node.spec().labels())
                // Every node in the store was admitted by a token; there is no pending membership here.
                && filters.any("membership", "accepted"::equals)
                && filters.any("role", role -> node.spec()
                        .role()
                        .name()
                        .toLowerCase(Locale.ROOT)
                        .equals(role));
    }

    private static JsonNode tlsInfo(SwarmControl control) {
        return control.snapshot()
                .cluster()
                .map(cluster -> SwarmJson.tlsInfo(cluster.trustRoot().certificatePem()))
                .orElseGet(DockerJson::object);
    }
}
