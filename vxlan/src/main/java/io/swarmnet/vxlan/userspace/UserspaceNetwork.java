package io.swarmnet.vxlan.userspace;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.FdbEntry;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.socket.Sockets;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.RemoteEndpoint;
import io.swarmnet.vxlan.bridge.Convert;
import io.swarmnet.vxlan.bridge.Ports;
import io.swarmnet.vxlan.bridge.SegmentBridge;
import io.swarmnet.vxlan.bridge.Teardown;
import io.swarmnet.vxlan.forwarding.PeerTable;
import io.swarmnet.vxlan.forwarding.Vtep;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One overlay network carried by this process. */
final class UserspaceNetwork implements OverlayNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(UserspaceNetwork.class);

    private final UserspaceOverlay driver;
    private final OverlayConfig config;
    private final String owner;
    private final Netns netns;
    private final UnderlaySocket underlay;
    private final PacketLoop loop;
    private final List<UserspaceSegment> segments;

    private UserspaceNetwork(
            UserspaceOverlay driver,
            OverlayConfig config,
            String owner,
            Netns netns,
            UnderlaySocket underlay,
            PacketLoop loop,
            List<UserspaceSegment> segments) {
        this.driver = driver;
        this.config = config;
        this.owner = owner;
        this.netns = netns;
        this.underlay = underlay;
        this.loop = loop;
        this.segments = segments;
    }

    static UserspaceNetwork open(
            UserspaceOverlay driver,
            OverlayConfig config,
            String shortName,
            String owner,
            Netns netns,
            Netns underlayNetns,
            UnderlaySocket underlay,
            PacketLoop loop) {
        List<UserspaceSegment> segments = new ArrayList<>();
        try (NetlinkHandle inside = NetlinkHandle.open(netns)) {
            SegmentBridge.quiet(netns, config);
            inside.linkSetUp("lo");
            for (Map.Entry<Vni, List<OverlaySubnet>> vni :
                    SegmentBridge.byVni(config).entrySet()) {
                segments.add(UserspaceSegment.open(
                        inside,
                        netns,
                        new UserspaceSegment.Plan(
                                shortName,
                                owner,
                                segments.size(),
                                vni.getKey(),
                                vni.getValue(),
                                config.mtuBytes(),
                                underlayNetns),
                        underlay,
                        loop));
            }
        } catch (RuntimeException e) {
            RuntimeException failure = e;
            for (UserspaceSegment segment : segments) {
                failure = Teardown.step(failure, () -> loop.run(segment.tap()::end));
            }
            throw failure;
        }
        UserspaceNetwork network = new UserspaceNetwork(driver, config, owner, netns, underlay, loop, segments);
        LOG.info(
                "Overlay is up in user space network={} segments={} ports={} netns={}",
                config.network(),
                network.vnis(),
                network.ports().size(),
                netns);
        return network;
    }

    @Override
    public NetworkId id() {
        return config.network();
    }

    Set<Integer> vnis() {
        return segments.stream().map(UserspaceSegment::vni).collect(Collectors.toSet());
    }

    boolean uses(UnderlaySocket socket) {
        return socket == underlay;
    }

    @Override
    public void attach(PortConfig port) {
        UserspaceSegment segment = segmentOf(port.addresses().stream()
                        .map(address -> address.address())
                        .toList())
                .orElseThrow(() -> new IllegalArgumentException("endpoint " + port.endpoint()
                        + " has no address of network " + config.network() + ": " + port.addresses()));
        try (NetlinkHandle inside = inside()) {
            // An endpoint that came home: its old entry would still send its frames into the tunnel.
            removePeer(inside, segment, port.mac(), Optional.empty());
            new Ports(inside, owner, config.mtuBytes()).attach(port, segment.bridge());
        }
    }

    @Override
    public void detach(EndpointId endpoint) {
        try (NetlinkHandle inside = inside()) {
            new Ports(inside, owner, config.mtuBytes()).detach(endpoint);
        }
    }

    @Override
    public Set<EndpointId> ports() {
        try (NetlinkHandle inside = inside()) {
            return new Ports(inside, owner, config.mtuBytes()).all().keySet();
        }
    }

    /** Open only while it is used: a handle that is kept would keep the namespace alive when somebody deletes it. */
    private NetlinkHandle inside() {
        return NetlinkHandle.open(Netns.open(netns.path()));
    }

    @Override
    public void addPeer(RemoteEndpoint peer) {
        IpAddress address = vtep(peer)
                .orElseThrow(() -> new IllegalArgumentException("peer " + peer.mac() + " has no VTEP of the family of "
                        + SegmentBridge.localVtep(config) + ": " + peer.vteps()));
        Optional<UserspaceSegment> segment = segmentOf(peer.addresses());
        if (segment.isEmpty()) {
            LOG.warn(
                    "Peer has no address of this network and is left out network={} mac={} ips={}",
                    config.network(),
                    peer.mac(),
                    peer.addresses());
            return;
        }
        byte[] socketAddress = Sockets.sockaddr(new InetSocketAddress(address.toInet(), peer.dataPathPort()));
        PeerTable.Peer entry = new PeerTable.Peer(
                peer.mac(), Set.copyOf(peer.addresses()), new Vtep(address, peer.dataPathPort(), socketAddress));
        TapPort tap = segment.get().tap();
        loop.run(() -> tap.peers().add(entry));
        try (NetlinkHandle inside = inside()) {
            inside.fdbReplace(FdbEntry.toPort(segment.get().device(), Convert.mac(peer.mac())));
        }
    }

    @Override
    public void removePeer(RemoteEndpoint peer) {
        Optional<IpAddress> vtep = vtep(peer);
        if (vtep.isPresent()) {
            try (NetlinkHandle inside = inside()) {
                segments.forEach(segment -> removePeer(inside, segment, peer.mac(), vtep));
            }
        }
    }

    /** @param vtep where it must be, anywhere if empty */
    private void removePeer(NetlinkHandle inside, UserspaceSegment segment, MacAddress mac, Optional<IpAddress> vtep) {
        PeerTable peers = segment.tap().peers();
        boolean removed = loop.call(() -> vtep.isPresent() ? peers.remove(mac, vtep.get()) : peers.remove(mac));
        if (removed) {
            try {
                inside.fdbDelete(FdbEntry.toPort(segment.device(), Convert.mac(mac)));
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
    }

    @Override
    public List<RemoteEndpoint> peers() {
        List<PeerTable.Peer> all = loop.call(() -> segments.stream()
                .flatMap(segment -> segment.tap().peers().all().stream())
                .toList());
        return all.stream()
                .map(peer -> new RemoteEndpoint(
                        peer.mac(),
                        peer.addresses().stream().sorted().toList(),
                        List.of(peer.vtep().address()),
                        peer.vtep().port()))
                .toList();
    }

    private Optional<IpAddress> vtep(RemoteEndpoint peer) {
        boolean v4 = SegmentBridge.localVtep(config).isV4();
        return peer.vteps().stream().filter(vtep -> vtep.isV4() == v4).findFirst();
    }

    private Optional<UserspaceSegment> segmentOf(List<IpAddress> addresses) {
        return addresses.stream()
                .flatMap(address -> segments.stream().filter(segment -> segment.holds(address)))
                .findFirst();
    }

    /** False once its devices are gone, deleted by somebody else. */
    boolean alive() {
        return loop.call(
                () -> segments.stream().allMatch(segment -> segment.tap().isOpen()));
    }

    Map<Integer, Traffic> traffic() {
        return loop.call(() -> {
            Map<Integer, Traffic> all = new LinkedHashMap<>();
            segments.forEach(segment -> all.put(segment.vni(), segment.tap().traffic()));
            return all;
        });
    }

    @Override
    public void close() {
        RuntimeException failure = Teardown.step(null, this::end);
        if (netns.exists()) {
            failure = Teardown.links(netns, failure);
        }
        failure = Teardown.step(failure, netns::delete);
        if (failure != null) {
            throw failure;
        }
        LOG.info("Overlay is down network={} netns={}", config.network(), netns);
    }

    /** Lets go of TAPs and sockets; again does nothing. */
    void end() {
        RuntimeException failure = Teardown.step(
                null,
                () -> loop.run(() -> segments.forEach(segment -> segment.tap().end())));
        failure = Teardown.step(failure, () -> driver.closed(this));
        if (failure != null) {
            throw failure;
        }
    }
}
