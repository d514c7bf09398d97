package io.swarmnet.vxlan;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.OverlaySubnet;
import java.util.List;

/**
 * An overlay network on one node.
 *
 * @param subnets each with its VNI and the gateway address that the bridge carries
 * @param mtuBytes of the inner interfaces: underlay MTU - 50, 1,450 on Ethernet
 * @param localVteps this node's data-path addresses, at most one a family
 * @param dataPathPort UDP, 1,024 to 49,151
 */
public record OverlayConfig(
        NetworkId network, List<OverlaySubnet> subnets, int mtuBytes, List<IpAddress> localVteps, int dataPathPort) {}
