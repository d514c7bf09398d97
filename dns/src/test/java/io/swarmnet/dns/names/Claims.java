package io.swarmnet.dns.names;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.record.EndpointClaim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Claims and networks for tests, spelled shortly. */
public final class Claims {
    public static final NetworkId OV2 = new NetworkId("ov2id");
    public static final NetworkId BACK = new NetworkId("backid");

    private Claims() {}

    public static AttachedNetwork ov2() {
        return new AttachedNetwork(OV2, "ov2", List.of(Subnet.parse("10.0.9.0/24"), Subnet.parse("fd00::/64")), false);
    }

    public static AttachedNetwork back(boolean internal) {
        return new AttachedNetwork(BACK, "back", List.of(Subnet.parse("10.0.10.0/24")), internal);
    }

    public static SandboxNames attached(AttachedNetwork... networks) {
        return new SandboxNames(Arrays.asList(networks));
    }

    /** Task {@code slot} of a service; its names are those Docker gives. */
    public static EndpointClaim task(NetworkId network, String service, int slot, String node, String... addresses) {
        String task = service + "task" + slot;
        List<String> names = List.of(service + "." + slot + "." + task, "c0ffee00000" + slot, "host-" + service + slot);
        return claim(network, task, names, service, List.of(), node, 1, addresses);
    }

    public static EndpointClaim container(NetworkId network, String name, List<String> aliases, String... addresses) {
        return claim(network, name, List.of(name), null, aliases, "n1", 1, addresses);
    }

    public static EndpointClaim claim(
            NetworkId network,
            String endpoint,
            List<String> names,
            String service,
            List<String> aliases,
            String node,
            long epoch,
            String... addresses) {
        List<CidrAddress> cidrs = new ArrayList<>();
        for (String address : addresses) {
            cidrs.add(CidrAddress.parse(address + (address.contains(":") ? "/64" : "/24")));
        }
        return new EndpointClaim(
                network,
                new EndpointId(endpoint + "-" + network),
                cidrs,
                MacAddress.parse("02:42:0a:00:09:03"),
                names,
                service == null ? null : new ServiceId(service + "id"),
                service,
                aliases,
                1,
                service == null ? null : new TaskId(endpoint),
                new NodeId(node),
                epoch);
    }
}
