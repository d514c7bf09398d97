package io.swarmnet.vxlan.bridge;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.LinkAddress;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;

/** The model's values as the kernel module's. Pure. */
public final class Convert {
    private Convert() {}

    /** For netlink. */
    public static LinkAddress mac(MacAddress mac) {
        return new LinkAddress(mac.bits());
    }

    /** From netlink. */
    public static MacAddress mac(LinkAddress mac) {
        return new MacAddress(mac.value());
    }

    /** An address with its subnet's length. */
    public static IpPrefix prefix(CidrAddress address) {
        return new IpPrefix(address.address().toInet(), address.prefixLength());
    }
}
