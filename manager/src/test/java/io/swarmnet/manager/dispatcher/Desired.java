package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskSpec;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.record.SignedClaim;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Objects of a desired state for tests. */
final class Desired {
    private Desired() {}

    static Network network(String id) {
        NetworkSpec spec =
                new NetworkSpec(id, Map.of(), "overlay", Map.of(), true, false, false, false, false, List.of());
        OverlaySubnet subnet =
                new OverlaySubnet(Subnet.parse("10.0.9.0/24"), IpAddress.parse("10.0.9.1"), new Vni(4097));
        return new Network(new NetworkId(id), 0, Instant.EPOCH, Instant.EPOCH, spec, List.of(subnet), List.of(1L));
    }

    /** Assigned to the node, with a claimed address on the network. */
    static Task task(String id, NodeId node, String network) {
        SignedClaim claim = new SignedClaim(new byte[] {1}, new byte[] {2});
        Attachment attachment = new Attachment(
                new NetworkId(network),
                new EndpointId("ep" + id),
                List.of(CidrAddress.parse("10.0.9.3/24")),
                MacAddress.parse("02:42:0a:00:09:03"),
                List.of(),
                claim);
        return task(id, node, List.of(attachment));
    }

    static Task task(String id, NodeId node, List<Attachment> attachments) {
        ContainerSpec container = new ContainerSpec(
                "nginx", Map.of(), List.of(), List.of(), null, List.of(), null, null, List.of(), List.of(), List.of(),
                List.of(), null, 10_000, false, false, false);
        return new Task(
                new TaskId(id),
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                new ServiceId("web"),
                "web",
                1,
                node,
                new TaskSpec(container, (RestartPolicy) null, List.of(), List.of(), 0),
                TaskState.RUNNING,
                status(TaskState.ASSIGNED),
                null,
                attachments);
    }

    static TaskStatus status(TaskState state) {
        return new TaskStatus(state, Instant.EPOCH, "", null, 0, 0);
    }
}
