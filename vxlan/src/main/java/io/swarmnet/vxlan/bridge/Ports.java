package io.swarmnet.vxlan.bridge;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.sysctl.Sysctl;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.vxlan.PortConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The ports of local endpoints on a network's bridges: one end of a veth, whose other end is in the sandbox. */
public final class Ports {
    private static final int NAME_ID_CHARS = 12;

    private final NetlinkHandle inside;
    private final String owner;
    private final int mtuBytes;

    /** @param inside an open handle of the network's namespace, which stays the caller's */
    public Ports(NetlinkHandle inside, String owner, int mtuBytes) {
        this.inside = inside;
        this.owner = owner;
        this.mtuBytes = mtuBytes;
    }

    /** Ports that are there, by the endpoint in their alias. */
    public Map<EndpointId, Link> all() {
        Map<EndpointId, Link> found = new HashMap<>();
        for (Link link : inside.links()) {
            Aliases.endpoint(link.alias(), owner).ifPresent(endpoint -> found.put(endpoint, link));
        }
        return found;
    }

    /** Makes the port, or adopts it and repairs what differs. What it made is taken down when it fails. */
    public void attach(PortConfig port, int bridge) {
        String name = name(port.endpoint());
        Netns sandbox = Netns.open(port.sandbox());
        try (NetlinkHandle there = NetlinkHandle.open(sandbox)) {
            Optional<Link> mine = inside.link(name);
            if (mine.isPresent() && !adoptable(mine.get(), there, port)) {
                Teardown.deleteIfThere(inside, mine.get().index());
                mine = Optional.empty();
            }
            boolean made = mine.isEmpty();
            int index = made ? make(name, port, sandbox) : mine.get().index();
            try {
                inside.linkSetAlias(index, Aliases.of(owner, port.endpoint()));
                inside.linkSetMaster(index, bridge);
                inside.linkSetUp(index);
                dress(there, sandbox, port);
            } catch (RuntimeException e) {
                throw made ? Teardown.step(e, () -> Teardown.deleteIfThere(inside, index)) : e;
            }
        }
    }

    /** The other end is born in the sandbox under its final name, so nothing is ever moved or renamed. */
    private int make(String name, PortConfig port, Netns sandbox) {
        return inside.linkAddVeth(
                name,
                LinkOptions.mtu(mtuBytes),
                port.interfaceName(),
                LinkOptions.mtu(mtuBytes).withAddress(Convert.mac(port.mac())),
                sandbox);
    }

    /** True if it is a veth whose other end is that interface of the sandbox. */
    private static boolean adoptable(Link mine, NetlinkHandle there, PortConfig port) {
        return mine.kind().equals("veth")
                && there.link(port.interfaceName())
                        .filter(other -> other.index() == mine.peer() && other.peer() == mine.index())
                        .isPresent();
    }

    private void dress(NetlinkHandle there, Netns sandbox, PortConfig port) {
        Link link = there.link(port.interfaceName()).orElseThrow();
        if (!link.address().equals(Optional.of(Convert.mac(port.mac())))) {
            there.linkSetAddress(link.index(), Convert.mac(port.mac()));
        }
        if (link.mtuBytes() != mtuBytes) {
            there.linkSetMtu(link.index(), mtuBytes);
        }
        Set<IpPrefix> wanted = port.addresses().stream().map(Convert::prefix).collect(Collectors.toSet());
        there.addresses(link.index()).forEach(address -> {
            boolean linkLocal = address.prefix().address().isLinkLocalAddress();
            if (!wanted.remove(address.prefix()) && !linkLocal) {
                there.addressDelete(link.index(), address.prefix());
            }
        });
        wanted.forEach(prefix -> there.addressAddNodad(link.index(), prefix));
        // With arp_notify the kernel announces the address as the link comes up, which teaches the bridge its port.
        Sysctl.write(sandbox, "net/ipv4/conf/" + port.interfaceName() + "/arp_notify", "1");
        there.linkSetUp(link.index());
    }

    /** Takes the port away; does nothing when it is gone, or is not ours. */
    public void detach(EndpointId endpoint) {
        inside.link(name(endpoint))
                .filter(link ->
                        Aliases.ownedBy(link.alias(), owner) || link.alias().isEmpty())
                .ifPresent(link -> Teardown.deleteIfThere(inside, link.index()));
    }

    private static String name(EndpointId endpoint) {
        String id = endpoint.value();
        return "ep" + id.substring(0, Math.min(NAME_ID_CHARS, id.length()));
    }
}
