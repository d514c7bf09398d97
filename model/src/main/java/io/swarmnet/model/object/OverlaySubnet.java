package io.swarmnet.model.object;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;

/** A subnet of an overlay, its gateway (the bridge's address on each node) and its VNI. */
public record OverlaySubnet(Subnet subnet, IpAddress gateway, Vni vni) {}
