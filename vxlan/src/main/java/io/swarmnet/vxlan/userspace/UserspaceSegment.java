package io.swarmnet.vxlan.userspace;

import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.tap.Tap;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.bridge.Aliases;
import io.swarmnet.vxlan.bridge.SegmentBridge;
import io.swarmnet.vxlan.bridge.Teardown;
import java.util.List;

/**
 * One VNI of a network on this node: {@code br<n>} with the gateways of its subnets, and {@code tap<n>} on it.
 *
 * @param bridge index
 * @param device index of the TAP
 */
record UserspaceSegment(int vni, List<OverlaySubnet> subnets, int bridge, int device, TapPort tap) {
    /** What one segment is made of. */
    record Plan(
            String network,
            String owner,
            int number,
            Vni vni,
            List<OverlaySubnet> subnets,
            int mtuBytes,
            Netns underlay) {
        String bridgeName() {
            return "br" + number;
        }

        String tapName() {
            return "tap" + number;
        }

        /** Where the kernel driver has its device. */
        String vxlanName() {
            return "vxlan" + number;
        }

        /** While it is still in the underlay's namespace; at most 15 bytes. */
        String birthName() {
            return "tp-" + network + number;
        }
    }

    /** Makes the bridge or adopts it; the TAP is always new, and one of an earlier life or driver gives way to it. */
    static UserspaceSegment open(
            NetlinkHandle inside, Netns netns, Plan plan, UnderlaySocket underlay, PacketLoop loop) {
        int bridge = SegmentBridge.open(inside, plan.bridgeName(), plan.owner(), plan.subnets(), plan.mtuBytes());
        inside.linkDeleteIfExists(plan.tapName());
        inside.linkDeleteIfExists(plan.vxlanName());
        Tap tap = bear(netns, plan);
        TapPort port = new TapPort(loop, plan.vni().value(), plan.mtuBytes(), tap, underlay);
        try {
            Link device = inside.link(plan.tapName()).orElseThrow();
            inside.linkSetMtu(device.index(), plan.mtuBytes());
            SegmentBridge.join(inside, bridge, device.index());
            port.start(loop);
            return new UserspaceSegment(plan.vni().value(), plan.subnets(), bridge, device.index(), port);
        } catch (RuntimeException e) {
            throw Teardown.step(e, () -> loop.run(port::end));
        }
    }

    /**
     * Made in the underlay's namespace and moved: the descriptor belongs to the namespace it was opened in, and must not
     * keep the overlay's alive.
     */
    private static Tap bear(Netns netns, Plan plan) {
        Tap tap = Tap.open(plan.underlay(), plan.birthName(), Tap.IFF_VNET_HDR);
        try (NetlinkHandle outside = NetlinkHandle.open(plan.underlay())) {
            int index = outside.index(tap.name());
            outside.linkSetAlias(index, Aliases.of(plan.owner()));
            outside.linkSetNetns(index, netns, plan.tapName());
            return tap;
        } catch (RuntimeException e) {
            tap.close();
            throw e;
        }
    }

    boolean holds(IpAddress address) {
        return subnets.stream().anyMatch(subnet -> subnet.subnet().contains(address));
    }
}
