package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;
import java.util.Optional;

/**
 * What any new device may be given at once.
 *
 * @param address its MAC address, absent for the kernel's choice
 * @param mtuBytes its MTU, 0 for the kernel's default
 */
public record LinkOptions(Optional<LinkAddress> address, int mtuBytes) {
    public static final LinkOptions DEFAULT = new LinkOptions(Optional.empty(), 0);

    public static LinkOptions mtu(int mtuBytes) {
        return new LinkOptions(Optional.empty(), mtuBytes);
    }

    public LinkOptions withAddress(LinkAddress address) {
        return new LinkOptions(Optional.of(address), mtuBytes);
    }

    void encode(NetlinkRequest request) {
        address.ifPresent(mac -> request.put(Rtnl.IFLA_ADDRESS, mac));
        if (mtuBytes > 0) {
            request.put32(Rtnl.IFLA_MTU, mtuBytes);
        }
    }
}
