package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.LinkAddress;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;

/** The model's values as the kernel module's. Pure. */
final class Convert {
    private Convert() {}

    static LinkAddress mac(MacAddress mac) {
        return new LinkAddress(mac.bits());
    }

    static MacAddress mac(LinkAddress mac) {
        return new MacAddress(mac.value());
    }

    static IpPrefix prefix(CidrAddress address) {
        return new IpPrefix(address.address().toInet(), address.prefixLength());
    }
}
