package io.swarmnet.engine.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A node as {@code GET /nodes} shows it, and its spec as {@code POST /nodes/{id}/update} brings it. */
public final class NodeJson {
    private static final List<String> NETWORK_PLUGINS = List.of("bridge", "overlay");

    private NodeJson() {}

    /** @param tlsInfo from {@link SwarmJson#tlsInfo} */
    public static ObjectNode of(Node node, JsonNode tlsInfo) {
        ObjectNode json = SwarmJson.meta(node.id().value(), node.version(), node.createdAt(), node.updatedAt());
        ObjectNode spec = json.putObject("Spec");
        if (node.spec().name() != null && !node.spec().name().isEmpty()) {
            spec.put("Name", node.spec().name());
        }
        spec.set("Labels", DockerJson.map(node.spec().labels()));
        spec.put("Role", lower(node.spec().role()))
                .put("Availability", lower(node.spec().availability()));
        json.set("Description", description(node.description(), tlsInfo));
        ObjectNode status =
                json.putObject("Status").put("State", lower(node.status().state()));
        if (node.status().message() != null && !node.status().message().isEmpty()) {
            status.put("Message", node.status().message());
        }
        status.put("Addr", node.status().address() == null ? "" : node.status().address());
        if (node.managerStatus() != null) {
            ObjectNode manager = json.putObject("ManagerStatus");
            if (node.managerStatus().leader()) {
                manager.put("Leader", true);
            }
            manager.put("Reachability", node.managerStatus().reachable() ? "reachable" : "unreachable");
            manager.put(
                    "Addr",
                    node.managerStatus().address() == null
                            ? ""
                            : node.managerStatus().address().toString());
        }
        return json;
    }

    private static ObjectNode description(NodeDescription description, JsonNode tlsInfo) {
        ObjectNode json = DockerJson.object();
        if (description == null) {
            // A node that was admitted and has not opened its first session: Docker shows empty objects.
            json.putObject("Platform");
            json.putObject("Resources");
            json.putObject("Engine");
            json.putObject("TLSInfo");
            return json;
        }
        json.put("Hostname", description.hostname());
        json.putObject("Platform")
                .put("Architecture", description.architecture())
                .put("OS", description.operatingSystem());
        json.putObject("Resources")
                .put("NanoCPUs", description.nanoCpus())
                .put("MemoryBytes", description.memoryBytes());
        ObjectNode engine = json.putObject("Engine").put("EngineVersion", description.engineVersion());
        if (!description.engineLabels().isEmpty()) {
            engine.set("Labels", DockerJson.map(description.engineLabels()));
        }
        ArrayNode plugins = engine.putArray("Plugins");
        NETWORK_PLUGINS.forEach(
                name -> plugins.addObject().put("Type", "Network").put("Name", name));
        json.set("TLSInfo", tlsInfo);
        return json;
    }

    /** The body of a node update. */
    public static NodeSpec spec(Fields body) {
        Map<String, String> labels = body.textMap("Labels");
        return new NodeSpec(
                body.text("Name"),
                Map.copyOf(labels),
                word(NodeRole.class, body.text("Role"), "Role", NodeRole.WORKER),
                word(NodeAvailability.class, body.text("Availability"), "Availability", NodeAvailability.ACTIVE));
    }

    /** Reads a word such as {@code drain}; "" gives the default. */
    public static <E extends Enum<E>> E word(Class<E> type, String text, String field, E otherwise) {
        if (text.isEmpty()) {
            return otherwise;
        }
        for (E value : type.getEnumConstants()) {
            if (lower(value).equals(text.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new InvalidSpecException("invalid " + field + ": \"" + text + "\"");
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
