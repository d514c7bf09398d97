package io.swarmnet.model.object;

import java.util.Map;

/**
 * One entry of {@code IPAM.Config} as Docker's API has it; texts are checked by the manager's IPAM.
 *
 * @param subnet CIDR or null
 * @param ipRange CIDR inside the subnet or null
 * @param gateway address or null
 * @param auxiliary name to address, reserved
 */
public record IpamConfig(String subnet, String ipRange, String gateway, Map<String, String> auxiliary) {}
