package io.swarmnet.linux.netlink;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.LinkAddress;
import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netlink.wire.Address;
import io.swarmnet.linux.netlink.wire.BridgePort;
import io.swarmnet.linux.netlink.wire.DecodeErrors;
import io.swarmnet.linux.netlink.wire.FdbEntry;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.LinkRequests;
import io.swarmnet.linux.netlink.wire.Neighbour;
import io.swarmnet.linux.netlink.wire.NetlinkMessage;
import io.swarmnet.linux.netlink.wire.NetlinkRequest;
import io.swarmnet.linux.netlink.wire.Route;
import io.swarmnet.linux.netlink.wire.Rtnl;
import io.swarmnet.linux.netlink.wire.Vxlan;
import io.swarmnet.linux.netns.Netns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The devices, addresses, routes and neighbours of one namespace, with verbs named after iproute2.
 *
 * <p>Every verb blocks for one exchange with the kernel, at most {@value #TIMEOUT_MILLIS} ms, and throws
 * {@link KernelException} with the kernel's own words. May be used from any thread, one exchange at a time. An open
 * handle keeps its namespace alive.
 */
public final class NetlinkHandle implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 5_000;
    private static final int DUMP_ATTEMPTS = 10;

    private final Netns netns;
    private final NetlinkSocket socket;
    private final DecodeErrors errors = new DecodeErrors();
    private int sequence;

    private NetlinkHandle(Netns netns, NetlinkSocket socket) {
        this.netns = netns;
        this.socket = socket;
    }

    /** Opens a socket in the namespace. */
    public static NetlinkHandle open(Netns netns) {
        return new NetlinkHandle(netns, NetlinkSocket.open(netns, TIMEOUT_MILLIS));
    }

    /** What the kernel sent that we could not read. */
    public DecodeErrors errors() {
        return errors;
    }

    // Devices

    /** Equivalent to: ip link add $name type bridge. Returns its index. */
    public int linkAddBridge(String name, LinkOptions options) {
        exchange("link add " + name + " type bridge", LinkRequests.addBridge(name, options));
        return index(name);
    }

    /** {@link #linkAddBridge(String, LinkOptions)} with the kernel's defaults. */
    public int linkAddBridge(String name) {
        return linkAddBridge(name, LinkOptions.DEFAULT);
    }

    /**
     * Equivalent to: ip link add $name type vxlan id $vni local $local dstport $port ... Returns its index.
     * Its UDP socket belongs to this namespace even after the device has moved to another.
     */
    public int linkAddVxlan(String name, LinkOptions options, Vxlan vxlan) {
        exchange(
                "link add " + name + " type vxlan (vni " + vxlan.vni() + ")",
                LinkRequests.addVxlan(name, options, vxlan));
        return index(name);
    }

    /** Equivalent to: ip link add $name type veth peer name $peer. Returns the index of {@code name}. */
    public int linkAddVeth(String name, LinkOptions options, String peer, LinkOptions peerOptions) {
        exchange(
                "link add " + name + " type veth peer " + peer,
                LinkRequests.addVeth(name, options, peer, peerOptions, -1));
        return index(name);
    }

    /** Equivalent to: ip link add $name type veth peer name $peer netns $peerNetns. Returns the index of {@code name}. */
    public int linkAddVeth(String name, LinkOptions options, String peer, LinkOptions peerOptions, Netns peerNetns) {
        int fd = peerNetns.openDescriptor();
        try {
            exchange(
                    "link add " + name + " type veth peer " + peer + " (netns " + peerNetns + ")",
                    LinkRequests.addVeth(name, options, peer, peerOptions, fd));
        } finally {
            Libc.close(fd);
        }
        return index(name);
    }

    /** True if the kernel has vxlan devices; it loads their module for the question. Makes none. */
    public boolean hasVxlan() {
        try {
            exchange("link add type vxlan", LinkRequests.addVxlanOfNothing());
            return true;
        } catch (KernelException e) {
            // A kernel that knows the kind misses the settings.
            return e.errno() != Errno.EOPNOTSUPP;
        }
    }

    /** Equivalent to: ip link del $index */
    public void linkDelete(int index) {
        exchange("link del " + index, LinkRequests.delete(index));
    }

    /** Equivalent to: ip link del $name */
    public void linkDelete(String name) {
        linkDelete(index(name));
    }

    /** Deletes the device if it is there; true if it was. */
    public boolean linkDeleteIfExists(String name) {
        Optional<Link> link = link(name);
        try {
            link.ifPresent(found -> linkDelete(found.index()));
        } catch (KernelException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
        return link.isPresent();
    }

    /** Equivalent to: ip link set $index up */
    public void linkSetUp(int index) {
        exchange("link set " + index + " up", LinkRequests.setUp(index, true));
    }

    /** Equivalent to: ip link set $name up */
    public void linkSetUp(String name) {
        linkSetUp(index(name));
    }

    /** Equivalent to: ip link set $index down */
    public void linkSetDown(int index) {
        exchange("link set " + index + " down", LinkRequests.setUp(index, false));
    }

    /** Equivalent to: ip link set $index master $master */
    public void linkSetMaster(int index, int master) {
        exchange("link set " + index + " master " + master, LinkRequests.setMaster(index, master));
    }

    /** Equivalent to: ip link set $name master $bridge */
    public void linkSetMaster(String name, String bridge) {
        linkSetMaster(index(name), index(bridge));
    }

    /** Equivalent to: ip link set $index nomaster */
    public void linkSetNoMaster(int index) {
        exchange("link set " + index + " nomaster", LinkRequests.setMaster(index, 0));
    }

    /** Equivalent to: ip link set $index mtu $mtuBytes */
    public void linkSetMtu(int index, int mtuBytes) {
        exchange("link set " + index + " mtu " + mtuBytes, LinkRequests.setMtu(index, mtuBytes));
    }

    /** Equivalent to: ip link set $index address $address */
    public void linkSetAddress(int index, LinkAddress address) {
        exchange("link set " + index + " address " + address, LinkRequests.setAddress(index, address));
    }

    /** Equivalent to: ip link set $index name $name. The device must be down. */
    public void linkSetName(int index, String name) {
        exchange("link set " + index + " name " + name, LinkRequests.setName(index, name));
    }

    /** Equivalent to: ip link set $index alias $alias. At most 255 bytes. */
    public void linkSetAlias(int index, String alias) {
        exchange("link set " + index + " alias " + alias, LinkRequests.setAlias(index, alias));
    }

    /** Equivalent to: ip link set $index netns $target. It arrives down and without addresses; its index may change. */
    public void linkSetNetns(int index, Netns target) {
        linkSetNetns(index, target, "");
    }

    /** Equivalent to: ip link set $index netns $target name $newName */
    public void linkSetNetns(int index, Netns target, String newName) {
        int fd = target.openDescriptor();
        try {
            exchange("link set " + index + " netns " + target, LinkRequests.setNetns(index, fd, newName));
        } finally {
            Libc.close(fd);
        }
    }

    /** Equivalent to: ip link set $index type bridge_slave isolated ... learning ... flood ... */
    public void linkSetBridgePort(int index, BridgePort port) {
        exchange("link set " + index + " type bridge_slave " + port, LinkRequests.setBridgePort(index, port));
    }

    /** Equivalent to: ip link set $index type bridge mcast_snooping 0|1 */
    public void linkSetBridgeSnooping(int index, boolean on) {
        exchange("link set " + index + " type bridge mcast_snooping " + on, LinkRequests.setBridgeSnooping(index, on));
    }

    /** Equivalent to: ip link set $index gso_max_size $bytes */
    public void linkSetGsoMaxSize(int index, int bytes) {
        exchange("link set " + index + " gso_max_size " + bytes, LinkRequests.setGsoMaxSize(index, bytes));
    }

    /** Equivalent to: ip link show $name; absent if there is none. */
    public Optional<Link> link(String name) {
        return getLink("link show " + name, LinkRequests.get(name));
    }

    /** Equivalent to: ip link show, the one of this index; absent if there is none. */
    public Optional<Link> link(int index) {
        return getLink("link show " + index, LinkRequests.get(index));
    }

    /** The index of a device; {@code ENODEV} if there is none. */
    public int index(String name) {
        return link(name)
                .orElseThrow(() -> new KernelException("link show " + name + " (netns " + netns + ")", Errno.ENODEV))
                .index();
    }

    /** Equivalent to: ip link show */
    public List<Link> links() {
        return dump("link show", LinkRequests.list(), Rtnl.RTM_NEWLINK, Link::decode);
    }

    // Addresses

    /** Equivalent to: ip address add $prefix dev $index */
    public void addressAdd(int index, IpPrefix prefix) {
        exchange("address add " + prefix + " dev " + index, Address.add(index, prefix, false));
    }

    /** Equivalent to: ip address add $prefix dev $index nodad */
    public void addressAddNodad(int index, IpPrefix prefix) {
        exchange("address add " + prefix + " dev " + index + " nodad", Address.add(index, prefix, true));
    }

    /** Equivalent to: ip address add $prefix dev $name */
    public void addressAdd(String name, IpPrefix prefix) {
        addressAdd(index(name), prefix);
    }

    /** Equivalent to: ip address del $prefix dev $index */
    public void addressDelete(int index, IpPrefix prefix) {
        exchange("address del " + prefix + " dev " + index, Address.delete(index, prefix));
    }

    /** Equivalent to: ip address show, of all devices and both families. */
    public List<Address> addresses() {
        return dump("address show", Address.list(), Rtnl.RTM_NEWADDR, Address::decode);
    }

    /** Equivalent to: ip address show dev $index */
    public List<Address> addresses(int index) {
        return addresses().stream().filter(address -> address.index() == index).toList();
    }

    // Routes

    /** Equivalent to: ip route add $route */
    public void routeAdd(Route route) {
        exchange("route add " + route, route.add());
    }

    /** Equivalent to: ip route replace $route */
    public void routeReplace(Route route) {
        exchange("route replace " + route, route.replace());
    }

    /** Equivalent to: ip route del $route */
    public void routeDelete(Route route) {
        exchange("route del " + route, route.delete());
    }

    /** Equivalent to: ip route show table all, both families. */
    public List<Route> routes() {
        return dump("route show", Route.list(), Rtnl.RTM_NEWROUTE, Route::decode);
    }

    /** Equivalent to: ip route show table $table, both families. */
    public List<Route> routes(int table) {
        return routes().stream().filter(route -> route.table() == table).toList();
    }

    // Neighbours

    /** Equivalent to: ip neighbour add $neighbour */
    public void neighbourAdd(Neighbour neighbour) {
        exchange("neighbour add " + neighbour, neighbour.add());
    }

    /** Equivalent to: ip neighbour replace $neighbour */
    public void neighbourReplace(Neighbour neighbour) {
        exchange("neighbour replace " + neighbour, neighbour.replace());
    }

    /** Equivalent to: ip neighbour del $neighbour */
    public void neighbourDelete(Neighbour neighbour) {
        exchange("neighbour del " + neighbour, neighbour.delete());
    }

    /** Equivalent to: ip neighbour show, of all devices and both families. */
    public List<Neighbour> neighbours() {
        return dump("neighbour show", Neighbour.list(), Rtnl.RTM_NEWNEIGH, Neighbour::decode);
    }

    /** Equivalent to: ip neighbour show dev $index */
    public List<Neighbour> neighbours(int index) {
        return neighbours().stream().filter(n -> n.device() == index).toList();
    }

    // Forwarding entries

    /** Equivalent to: bridge fdb add $address dev $device dst $vtep self permanent */
    public void fdbAdd(FdbEntry entry) {
        exchange("fdb add " + entry, entry.add());
    }

    /** Equivalent to: bridge fdb append $address dev $device dst $vtep self permanent */
    public void fdbAppend(FdbEntry entry) {
        exchange("fdb append " + entry, entry.append());
    }

    /** Equivalent to: bridge fdb replace $address dev $device dst $vtep self permanent */
    public void fdbReplace(FdbEntry entry) {
        exchange("fdb replace " + entry, entry.replace());
    }

    /** Equivalent to: bridge fdb del $address dev $device dst $vtep self */
    public void fdbDelete(FdbEntry entry) {
        exchange("fdb del " + entry, entry.delete());
    }

    /** Equivalent to: bridge fdb show */
    public List<FdbEntry> fdb() {
        return dump("fdb show", FdbEntry.list(), Rtnl.RTM_NEWNEIGH, FdbEntry::decode);
    }

    /** Equivalent to: bridge fdb show dev $index */
    public List<FdbEntry> fdb(int index) {
        return fdb().stream().filter(entry -> entry.device() == index).toList();
    }

    @Override
    public synchronized void close() {
        socket.close();
    }

    private Optional<Link> getLink(String operation, NetlinkRequest request) {
        try {
            return exchange(operation, request).stream()
                    .filter(message -> message.type() == Rtnl.RTM_NEWLINK)
                    .findFirst()
                    .flatMap(message -> Link.decode(message, errors));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Sends one request; gives back its answers without the acknowledgement. */
    private synchronized List<NetlinkMessage> exchange(String operation, NetlinkRequest request) {
        int expected = ++sequence;
        socket.send(operation, request.bytes(expected));
        List<NetlinkMessage> answers = new ArrayList<>();
        while (true) {
            for (NetlinkMessage message : NetlinkMessage.split(socket.receive(operation), errors)) {
                if (message.sequence() != expected) {
                    continue; // the rest of an exchange that timed out
                }
                if (message.type() == Rtnl.NLMSG_ERROR) {
                    if (message.errno() != 0) {
                        throw new KernelException(operation, message.errno(), message.errorText(errors));
                    }
                    return answers;
                }
                answers.add(message);
                // Only a request that asked for it is acknowledged.
                if ((request.flags() & Rtnl.NLM_F_ACK) == 0) {
                    return answers;
                }
            }
        }
    }

    private synchronized <T> List<T> dump(
            String operation,
            NetlinkRequest request,
            int answerType,
            BiFunction<NetlinkMessage, DecodeErrors, Optional<T>> decode) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<T> found = new ArrayList<>();
            if (dumpOnce(operation, request, message -> {
                if (message.type() == answerType) {
                    decode.apply(message, errors).ifPresent(found::add);
                }
            })) {
                return found;
            }
        }
        throw new KernelException(operation, Errno.EAGAIN, "changed during each of " + DUMP_ATTEMPTS + " dumps");
    }

    /** True if nothing changed while the kernel was counting. */
    private boolean dumpOnce(String operation, NetlinkRequest request, Consumer<NetlinkMessage> sink) {
        int expected = ++sequence;
        socket.send(operation, request.bytes(expected));
        boolean consistent = true;
        while (true) {
            for (NetlinkMessage message : NetlinkMessage.split(socket.receive(operation), errors)) {
                if (message.sequence() != expected) {
                    continue;
                }
                consistent &= !message.has(Rtnl.NLM_F_DUMP_INTR);
                if (message.type() == Rtnl.NLMSG_ERROR || message.type() == Rtnl.NLMSG_DONE) {
                    if (message.errno() != 0) {
                        throw new KernelException(operation, message.errno(), message.errorText(errors));
                    }
                    return consistent;
                }
                sink.accept(message);
            }
        }
    }
}
