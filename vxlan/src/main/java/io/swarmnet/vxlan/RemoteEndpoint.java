package io.swarmnet.vxlan;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import java.util.List;

/**
 * An endpoint behind another node's VTEP.
 *
 * @param addresses inner, both families
 * @param vteps outer, the one of the local VTEP's family is used
 * @param dataPathPort UDP port of that VTEP
 */
public record RemoteEndpoint(MacAddress mac, List<IpAddress> addresses, List<IpAddress> vteps, int dataPathPort) {}
