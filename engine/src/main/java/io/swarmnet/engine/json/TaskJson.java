package io.swarmnet.engine.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A task as {@code GET /tasks} shows it. */
public final class TaskJson {
    private TaskJson() {}

    /**
     * @param kept the fields of its service as the user gave them
     * @param networks finds the networks it is attached to
     */
    public static ObjectNode of(Task task, Map<String, String> kept, Function<NetworkId, Optional<Network>> networks) {
        ObjectNode json = SwarmJson.meta(task.id().value(), task.version(), task.createdAt(), task.updatedAt());
        json.putObject("Labels");
        json.set("Spec", ServiceJson.task(task.spec(), kept, false));
        json.put("ServiceID", task.serviceId().value());
        if (task.slot() > 0) {
            json.put("Slot", task.slot());
        }
        if (task.nodeId() != null) {
            json.put("NodeID", task.nodeId().value());
        }
        json.set("Status", status(task));
        json.put("DesiredState", NodeJson.lower(task.desiredState()));
        if (!task.attachments().isEmpty()) {
            ArrayNode attachments = json.putArray("NetworksAttachments");
            for (Attachment attachment : task.attachments()) {
                networks.apply(attachment.network()).ifPresent(network -> {
                    ObjectNode entry = attachments.addObject();
                    entry.set("Network", network(network));
                    ArrayNode addresses = entry.putArray("Addresses");
                    attachment.addresses().forEach(address -> addresses.add(address.toString()));
                });
            }
        }
        json.putNull("Volumes");
        return json;
    }

    private static ObjectNode status(Task task) {
        TaskStatus status = task.status();
        ObjectNode json = DockerJson.object()
                .put("Timestamp", DockerJson.time(status.timestamp()))
                .put("State", NodeJson.lower(status.state()));
        if (status.message() != null && !status.message().isEmpty()) {
            json.put("Message", status.message());
        }
        if (status.error() != null && !status.error().isEmpty()) {
            json.put("Err", status.error());
        }
        boolean made = !TaskState.READY.isAfter(status.state()) && status.state() != TaskState.REJECTED;
        if (made && task.nodeId() != null) {
            json.putObject("ContainerStatus")
                    .put("ContainerID", Ids.containerOf(task.id()).value())
                    .put("PID", status.pid())
                    .put("ExitCode", status.exitCode());
        }
        json.putObject("PortStatus");
        return json;
    }

    private static ObjectNode network(Network network) {
        NetworkSpec spec = network.spec();
        ObjectNode json =
                SwarmJson.meta(network.id().value(), network.version(), network.createdAt(), network.updatedAt());
        ObjectNode shown = json.putObject("Spec").put("Name", spec.name());
        shown.set("Labels", DockerJson.map(spec.labels()));
        shown.putObject("DriverConfiguration").put("Name", spec.driver());
        if (spec.internal()) {
            shown.put("Internal", true);
        }
        if (spec.attachable()) {
            shown.put("Attachable", true);
        }
        if (spec.ingress()) {
            shown.put("Ingress", true);
        }
        shown.putObject("IPAMOptions").putObject("Driver").put("Name", "default");
        shown.put("Scope", "swarm");
        ObjectNode state = json.putObject("DriverState").put("Name", spec.driver());
        state.set("Options", NetworkJson.options(spec.options(), network.subnets()));
        ObjectNode ipam = json.putObject("IPAMOptions");
        ipam.putObject("Driver").put("Name", "default");
        ArrayNode configs = ipam.putArray("Configs");
        for (OverlaySubnet subnet : network.subnets()) {
            configs.addObject()
                    .put("Subnet", subnet.subnet().toString())
                    .put("Gateway", subnet.gateway().toString());
        }
        return json;
    }
}
