package io.swarmnet.model.object;

import java.util.List;
import java.util.Map;

/**
 * What the user asked for.
 *
 * @param options driver options, as given
 * @param ipam what was asked of IPAM; empty = automatic
 */
public record NetworkSpec(
        String name,
        Map<String, String> labels,
        String driver,
        Map<String, String> options,
        boolean enableIpv4,
        boolean enableIpv6,
        boolean internal,
        boolean attachable,
        boolean ingress,
        List<IpamConfig> ipam) {}
