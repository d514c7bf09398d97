package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Vxlan;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.sysctl.Sysctl;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.RemoteEndpoint;
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
        IpAddress vtep = localVtep(config);
        NetlinkHandle handle = NetlinkHandle.open(netns);
        try {
            quiet(netns, config);
            handle.linkSetUp("lo");
            Map<Segment, Peers> segments = new LinkedHashMap<>();
            for (Map.Entry<Vni, List<OverlaySubnet>> vni : byVni(config).entrySet()) {
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
                    byVni(config).keySet(),
                    ports.all().size(),
                    netns);
            return new KernelNetwork(config, netns, handle, segments, ports);
        } catch (RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    private static IpAddress localVtep(OverlayConfig config) {
        return config.localVteps().stream()
                .filter(IpAddress::isV4)
                .findFirst()
                .or(() -> config.localVteps().stream().findFirst())
                .orElseThrow(() -> new IllegalArgumentException(
                        "overlay " + config.network() + " needs an address of this node for its tunnels"));
    }

    private static Map<Vni, List<OverlaySubnet>> byVni(OverlayConfig config) {
        return config.subnets().stream()
                .collect(Collectors.groupingBy(OverlaySubnet::vni, LinkedHashMap::new, Collectors.toList()));
    }

    /** Without IPv6 subnets the namespace's own devices have no business in IPv6: no router solicitations, no MLD. */
    private static void quiet(Netns netns, OverlayConfig config) {
        boolean v6 =
                config.subnets().stream().anyMatch(subnet -> !subnet.subnet().isV4());
        String key = "net/ipv6/conf/default/disable_ipv6";
        if (!v6 && Sysctl.readIfPresent(netns, key).filter("0"::equals).isPresent()) {
            Sysctl.write(netns, key, "1");
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
                        + localVtep(config) + ": " + peer.vteps()));
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
        boolean v4 = localVtep(config).isV4();
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
