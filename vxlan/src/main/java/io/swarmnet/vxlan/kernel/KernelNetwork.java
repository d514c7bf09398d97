package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Vxlan;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
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
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One overlay network in the kernel: its segments, the ports of local endpoints, the entries of remote ones. */
final class KernelNetwork implements OverlayNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(KernelNetwork.class);

    private final OverlayConfig config;
    private final Netns netns;
    private final NetlinkHandle handle;
    private final Map<Segment, Peers> segments;
    private final Ports ports;

    private KernelNetwork(
            OverlayConfig config, Netns netns, NetlinkHandle handle, Map<Segment, Peers> segments, Ports ports) {
        this.config = config;
        this.netns = netns;
        this.handle = handle;
        this.segments = segments;
        this.ports = ports;
    }

    static KernelNetwork open(OverlayConfig config, String shortName, String owner, Netns netns, Netns underlay) {
        IpAddress vtep = SegmentBridge.localVtep(config);
        NetlinkHandle handle = NetlinkHandle.open(netns);
        try {
            SegmentBridge.quiet(netns, config);
            handle.linkSetUp("lo");
            Map<Segment, Peers> segments = new LinkedHashMap<>();
            for (Map.Entry<Vni, List<OverlaySubnet>> vni :
                    SegmentBridge.byVni(config).entrySet()) {
                Segment segment = Segment.open(
                        handle,
                        netns,
                        new Segment.Plan(
                                shortName,
                                owner,
                                segments.size(),
                                vni.getValue(),
                                Vxlan.overlay(vni.getKey().value(), vtep.toInet(), config.dataPathPort()),
                                config.mtuBytes(),
                                underlay));
                segments.put(segment, Peers.adopt(handle, segment.vxlan()));
            }
            Ports ports = new Ports(handle, owner, config.mtuBytes());
            LOG.info(
                    "Overlay is up network={} segments={} ports={} netns={}",
                    config.network(),
                    SegmentBridge.byVni(config).keySet(),
                    ports.all().size(),
                    netns);
            return new KernelNetwork(config, netns, handle, segments, ports);
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    @Override
    public NetworkId id() {
        return config.network();
    }

    @Override
    public void attach(PortConfig port) {
        Segment segment = segmentOf(port.addresses().stream()
                        .map(address -> address.address())
                        .toList())
                .orElseThrow(() -> new IllegalArgumentException("endpoint " + port.endpoint()
                        + " has no address of network " + config.network() + ": " + port.addresses()));
        // An endpoint that came home: its old entry would still send its frames into the tunnel.
        segments.get(segment).remove(Convert.mac(port.mac()));
        ports.attach(port, segment.bridge());
    }

    @Override
    public void detach(EndpointId endpoint) {
        ports.detach(endpoint);
    }

    @Override
    public Set<EndpointId> ports() {
        return ports.all().keySet();
    }

    @Override
    public void addPeer(RemoteEndpoint peer) {
        InetAddress vtep = vtep(peer)
                .orElseThrow(() -> new IllegalArgumentException("peer " + peer.mac() + " has no VTEP of the family of "
                        + SegmentBridge.localVtep(config) + ": " + peer.vteps()));
        segmentOf(peer.addresses())
                .ifPresentOrElse(
                        segment -> segments.get(segment)
                                .add(new Peers.Peer(
                                        Convert.mac(peer.mac()),
                                        peer.addresses().stream()
                                                .map(IpAddress::toInet)
                                                .collect(Collectors.toSet()),
                                        vtep,
                                        peer.dataPathPort() == config.dataPathPort() ? 0 : peer.dataPathPort())),
                        () -> LOG.warn(
                                "Peer has no address of this network and is left out network={} mac={} ips={}",
                                config.network(),
                                peer.mac(),
                                peer.addresses()));
    }

    @Override
    public void removePeer(RemoteEndpoint peer) {
        vtep(peer).ifPresent(vtep -> segments.values().forEach(peers -> peers.remove(Convert.mac(peer.mac()), vtep)));
    }

    @Override
    public List<RemoteEndpoint> peers() {
        List<RemoteEndpoint> all = new ArrayList<>();
        for (Peers of : segments.values()) {
            for (Peers.Peer peer : of.all()) {
                all.add(new RemoteEndpoint(
                        Convert.mac(peer.mac()),
                        peer.addresses().stream().map(IpAddress::of).sorted().toList(),
                        List.of(IpAddress.of(peer.vtep())),
                        peer.port() == 0 ? config.dataPathPort() : peer.port()));
            }
        }
        return all;
    }

    private Optional<InetAddress> vtep(RemoteEndpoint peer) {
        boolean v4 = SegmentBridge.localVtep(config).isV4();
        return peer.vteps().stream()
                .filter(vtep -> vtep.isV4() == v4)
                .findFirst()
                .map(IpAddress::toInet);
    }

    private Optional<Segment> segmentOf(List<IpAddress> addresses) {
        return addresses.stream()
                .flatMap(address -> segments.keySet().stream().filter(segment -> segment.holds(address)))
                .findFirst();
    }

    @Override
    public void close() {
        RuntimeException failure = Teardown.links(netns);
        handle.close();
        failure = Teardown.step(failure, netns::delete);
        if (failure != null) {
            throw failure;
        }
        LOG.info("Overlay is down network={} netns={}", config.network(), netns);
    }
}
