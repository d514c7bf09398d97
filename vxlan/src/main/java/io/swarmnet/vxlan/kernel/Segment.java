package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.Vxlan;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.bridge.Aliases;
import io.swarmnet.vxlan.bridge.SegmentBridge;
import io.swarmnet.vxlan.bridge.Teardown;
import java.util.List;
import java.util.Optional;

/** One VNI of a network on this node: {@code br<n>} with the gateways of its subnets, and {@code vxlan<n>} on it. */
final class Segment {
    private final List<OverlaySubnet> subnets;
    private final int bridge;
    private final int vxlan;

    private Segment(List<OverlaySubnet> subnets, int bridge, int vxlan) {
        this.subnets = subnets;
        this.bridge = bridge;
        this.vxlan = vxlan;
    }

    /** What one segment is made of. */
    record Plan(
            String network,
            String owner,
            int number,
            List<OverlaySubnet> subnets,
            Vxlan vxlan,
            int mtuBytes,
            Netns underlay) {
        String bridgeName() {
            return "br" + number;
        }

        String vxlanName() {
            return "vxlan" + number;
        }

        /** While it is still in the underlay's namespace; at most 15 bytes. */
        String birthName() {
            return birthNamePrefix(network) + number;
        }
    }

    private static String birthNamePrefix(String network) {
        return "vx-" + network;
    }

    /** Makes the devices, or adopts those that are there and repairs what differs. */
    static Segment open(NetlinkHandle inside, Netns netns, Plan plan) {
        int bridge = SegmentBridge.open(inside, plan.bridgeName(), plan.owner(), plan.subnets(), plan.mtuBytes());
        int vxlan = vxlan(inside, netns, plan);
        SegmentBridge.join(inside, bridge, vxlan);
        return new Segment(plan.subnets(), bridge, vxlan);
    }

    private static int vxlan(NetlinkHandle inside, Netns netns, Plan plan) {
        Optional<Link> there = inside.link(plan.vxlanName());
        if (there.isPresent()
                && there.get().vxlan().filter(plan.vxlan()::equals).isPresent()) {
            if (there.get().mtuBytes() != plan.mtuBytes()) {
                inside.linkSetMtu(there.get().index(), plan.mtuBytes());
            }
            inside.linkSetAlias(there.get().index(), Aliases.of(plan.owner()));
            return there.get().index();
        }
        there.ifPresent(other -> inside.linkDelete(other.index()));
        bear(netns, plan);
        return inside.index(plan.vxlanName());
    }

    /** Made in the underlay's namespace, so that its UDP socket stays there, and moved. */
    private static void bear(Netns netns, Plan plan) {
        try (NetlinkHandle outside = NetlinkHandle.open(plan.underlay())) {
            deleteIfOurs(outside, plan.birthName(), plan.owner());
            int index = outside.linkAddVxlan(plan.birthName(), LinkOptions.mtu(plan.mtuBytes()), plan.vxlan());
            try {
                outside.linkSetAlias(index, Aliases.of(plan.owner()));
                outside.linkSetNetns(index, netns, plan.vxlanName());
            } catch (RuntimeException e) {
                throw Teardown.step(e, () -> Teardown.deleteIfThere(outside, index));
            }
        }
    }

    /** Removes what a daemon that died between making and moving left in the underlay's namespace. */
    static void removeHalfMade(String network, String owner, Netns underlay) {
        try (NetlinkHandle outside = NetlinkHandle.open(underlay)) {
            for (Link link : outside.links()) {
                if (link.name().startsWith(birthNamePrefix(network))) {
                    deleteIfOurs(outside, link.name(), owner);
                }
            }
        }
    }

    private static void deleteIfOurs(NetlinkHandle outside, String name, String owner) {
        Optional<Link> link = outside.link(name);
        if (link.isEmpty()) {
            return;
        }
        String alias = link.get().alias();
        if (!link.get().kind().equals("vxlan") || !alias.isEmpty() && !Aliases.ownedBy(alias, owner)) {
            throw new KernelException("link " + name, Errno.EEXIST, "it is not a vxlan device of owner " + owner);
        }
        Teardown.deleteIfThere(outside, link.get().index());
    }

    boolean holds(IpAddress address) {
        return subnets.stream().anyMatch(subnet -> subnet.subnet().contains(address));
    }

    int bridge() {
        return bridge;
    }

    int vxlan() {
        return vxlan;
    }
}
