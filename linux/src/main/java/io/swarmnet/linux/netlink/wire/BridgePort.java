package io.swarmnet.linux.netlink.wire;

import java.util.Optional;

/**
 * The flags of a bridge port ({@code IFLA_BRPORT_*}). An absent one is left as it is when set.
 *
 * @param isolated no frames between isolated ports
 * @param learning source addresses go into the bridge's FDB
 * @param flood unknown unicast goes out here
 * @param neighSuppress ARP and ND for known neighbours are answered by the bridge and not flooded here
 * @param hairpin frames may go out where they came in
 */
public record BridgePort(
        Optional<Boolean> isolated,
        Optional<Boolean> learning,
        Optional<Boolean> flood,
        Optional<Boolean> neighSuppress,
        Optional<Boolean> hairpin) {
    /** Nothing set. */
    public static final BridgePort UNCHANGED =
            new BridgePort(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public BridgePort withIsolated(boolean on) {
        return new BridgePort(Optional.of(on), learning, flood, neighSuppress, hairpin);
    }

    public BridgePort withLearning(boolean on) {
        return new BridgePort(isolated, Optional.of(on), flood, neighSuppress, hairpin);
    }

    public BridgePort withFlood(boolean on) {
        return new BridgePort(isolated, learning, Optional.of(on), neighSuppress, hairpin);
    }

    public BridgePort withNeighSuppress(boolean on) {
        return new BridgePort(isolated, learning, flood, Optional.of(on), hairpin);
    }

    public BridgePort withHairpin(boolean on) {
        return new BridgePort(isolated, learning, flood, neighSuppress, Optional.of(on));
    }

    void encode(NetlinkRequest data) {
        isolated.ifPresent(on -> data.put8(Rtnl.IFLA_BRPORT_ISOLATED, on));
        learning.ifPresent(on -> data.put8(Rtnl.IFLA_BRPORT_LEARNING, on));
        flood.ifPresent(on -> data.put8(Rtnl.IFLA_BRPORT_UNICAST_FLOOD, on));
        neighSuppress.ifPresent(on -> data.put8(Rtnl.IFLA_BRPORT_NEIGH_SUPPRESS, on));
        hairpin.ifPresent(on -> data.put8(Rtnl.IFLA_BRPORT_MODE, on));
    }

    static BridgePort decode(Attributes data) {
        return new BridgePort(
                read(data, Rtnl.IFLA_BRPORT_ISOLATED),
                read(data, Rtnl.IFLA_BRPORT_LEARNING),
                read(data, Rtnl.IFLA_BRPORT_UNICAST_FLOOD),
                read(data, Rtnl.IFLA_BRPORT_NEIGH_SUPPRESS),
                read(data, Rtnl.IFLA_BRPORT_MODE));
    }

    private static Optional<Boolean> read(Attributes data, int type) {
        return data.has(type) ? Optional.of(data.flag(type, false)) : Optional.empty();
    }
}
