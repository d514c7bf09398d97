package io.swarmnet.worker.network;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.LinkAddress;
import io.swarmnet.linux.file.DurableFile;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.BridgePort;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netlink.wire.Route;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import io.swarmnet.worker.container.Container.GatewayLeg;
import io.swarmnet.worker.kernel.ChangedSysctls;
import io.swarmnet.worker.kernel.Owner;
import io.swarmnet.worker.sandbox.ResolvConf;
import io.swarmnet.worker.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * docker_gwbridge: a local bridge that gives every task its default route and hides it behind the node's address. Tasks do
 * not reach each other over it: its ports are isolated. Blocks; used on the worker's kernel lane only.
 */
public final class GatewayBridge {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayBridge.class);
    private static final int MTU_BYTES = 1_500;

    /** docker0's: never ours, whether docker0 is there or not. */
    private static final Subnet DEFAULT_BRIDGE = Subnet.parse("172.17.0.0/16");

    static final String OPTION_LINK = "com.docker.network.bridge.name";
    static final String OPTION_ICC = "com.docker.network.bridge.enable_icc";
    static final String OPTION_MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";

    private final Path file;
    private final Owner owner;
    private final GatewayFirewall firewall;
    private final ChangedSysctls sysctls;
    private volatile GatewayConfig config; // changed on the lane, read from anywhere
    private LocalAddresses addresses;

    public GatewayBridge(Path dataRoot, Owner owner) {
        this.file = dataRoot.resolve("network").resolve("docker_gwbridge");
        this.owner = owner;
        this.firewall = new GatewayFirewall(owner);
        this.sysctls = new ChangedSysctls(dataRoot);
    }

    /** Reads what an earlier life stored. */
    public void load() throws IOException {
        Optional<byte[]> bytes = DurableFile.read(file);
        if (bytes.isPresent()) {
            try {
                use(Encoding.decode(bytes.get(), GatewayConfig.class));
            } catch (DecodeException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
    }

    Optional<GatewayConfig> config() {
        return Optional.ofNullable(config);
    }

    /** The bridge's device, "" while there is no bridge. */
    public String device() {
        GatewayConfig now = config;
        return now == null ? "" : now.link();
    }

    private void use(GatewayConfig stored) {
        config = stored;
        addresses = new LocalAddresses(stored.subnet(), stored.gateway());
    }

    /** Makes it as Docker does on entering a swarm, unless it is there; the user's own is respected. */
    public void ensure(String newId, Instant now) throws IOException {
        ensure(Wanted.AUTOMATIC, newId, now);
    }

    /** What the user asked of {@code network create docker_gwbridge}. */
    record Wanted(
            Subnet subnet, IpAddress gateway, Map<String, String> options, Map<String, String> labels, boolean byUser) {
        static final Wanted AUTOMATIC = new Wanted(
                null,
                null,
                Map.of(OPTION_ICC, "false", OPTION_MASQUERADE, "true", OPTION_LINK, GatewayConfig.NAME),
                Map.of(),
                false);
    }

    /** Makes the bridge unless it is known already, and brings the kernel to what it should be. */
    void ensure(Wanted wanted, String newId, Instant now) throws IOException {
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
            if (config != null) {
                repair(host);
                return;
            }
            GatewayConfig made = choose(host, wanted, newId, now);
            // stored first: a daemon killed between the two finds it again
            DurableFile.write(file, Encoding.encode(made));
            use(made);
            try {
                repair(host);
            } catch (RuntimeException e) {
                takeBack(e);
                throw e;
            }
        }
    }

    private void takeBack(RuntimeException cause) {
        try {
            remove(true);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private GatewayConfig choose(NetlinkHandle host, Wanted wanted, String newId, Instant now) {
        String linkName = linkName(host, wanted.options().getOrDefault(OPTION_LINK, GatewayConfig.NAME));
        Optional<Link> existing = host.link(linkName);
        boolean foreign = existing.isPresent() && !existing.get().alias().equals(owner.alias());
        Subnet subnet = wanted.subnet();
        IpAddress gateway = wanted.gateway();
        if (foreign) {
            CidrAddress has = addressOf(host, existing.get())
                    .orElseThrow(() -> new ForbiddenException("link " + linkName
                            + " exists, was not made by swarmnet and has no IPv4 address; give it one or remove it"));
            subnet = has.subnet();
            gateway = has.address();
        } else if (subnet == null) {
            subnet = LocalPools.nextFree(usedSubnets(host));
        }
        return new GatewayConfig(
                newId,
                now,
                linkName,
                subnet,
                gateway == null ? subnet.network().plus(1) : gateway,
                Boolean.parseBoolean(wanted.options().getOrDefault(OPTION_ICC, "true")),
                Boolean.parseBoolean(wanted.options().getOrDefault(OPTION_MASQUERADE, "true")),
                wanted.options(),
                wanted.labels(),
                wanted.byUser(),
                foreign);
    }

    /** The wanted name, or a suffixed one when another daemon of this namespace has it (details A). */
    private String linkName(NetlinkHandle host, String wanted) {
        boolean anothers = host.link(wanted)
                .map(Link::alias)
                .filter(alias -> alias.startsWith("swarmnet ") && !alias.equals(owner.alias()))
                .isPresent();
        return anothers ? "gwb-" + owner.instance() : wanted;
    }

    private static List<Subnet> usedSubnets(NetlinkHandle host) {
        List<Subnet> used = new ArrayList<>(List.of(DEFAULT_BRIDGE));
        for (Route route : host.routes()) {
            int length = route.destination().lengthBits();
            if (length > 0) {
                used.add(Subnet.containing(IpAddress.of(route.destination().address()), length));
            }
        }
        for (IpAddress server : ResolvConf.read(Path.of("/etc/resolv.conf")).servers()) {
            used.add(Subnet.containing(server, server.bits()));
        }
        return used;
    }

    private static Optional<CidrAddress> addressOf(NetlinkHandle host, Link link) {
        return host.addresses(link.index()).stream()
                .map(address -> new CidrAddress(
                        IpAddress.of(address.prefix().address()),
                        address.prefix().lengthBits()))
                .filter(address -> address.address().isV4())
                .findFirst();
    }

    private void repair(NetlinkHandle host) throws IOException {
        if (host.link(config.link()).isEmpty()) {
            host.linkAddBridge(config.link(), LinkOptions.mtu(MTU_BYTES));
        }
        int index = host.index(config.link());
        if (!config.foreignLink()) {
            host.linkSetAlias(index, owner.alias()); // again: a daemon may have been killed just after it made the link
        }
        IpPrefix address =
                new IpPrefix(config.gateway().toInet(), config.subnet().prefixLength());
        if (host.addresses(index).stream().noneMatch(has -> has.prefix().equals(address))) {
            host.addressAdd(index, address);
        }
        host.linkSetUp(index);
        sysctls.forwardIpv4();
        firewall.apply(config.link(), config.subnet(), config.masquerade(), config.interContainer());
    }

    /**
     * Gives the sandbox its leg: a veth with the lowest free address and the default route.
     *
     * @param interfaceName inside the sandbox
     */
    public GatewayLeg attach(Sandbox sandbox, ContainerId container, String interfaceName) {
        IpAddress address = addresses.give(container.value(), GatewayConfig.NAME);
        String link = linkOf(container);
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current());
                NetlinkHandle inside = NetlinkHandle.open(sandbox.netns())) {
            MacAddress mac = MacAddress.ofIpv4(address);
            if (host.link(link).isEmpty()) {
                host.linkAddVeth(
                        link,
                        LinkOptions.mtu(MTU_BYTES),
                        interfaceName,
                        LinkOptions.mtu(MTU_BYTES).withAddress(new LinkAddress(mac.bits())),
                        sandbox.netns());
            }
            int port = host.index(link);
            host.linkSetAlias(port, owner.alias());
            host.linkSetMaster(port, host.index(config.link()));
            host.linkSetBridgePort(port, BridgePort.UNCHANGED.withIsolated(!config.interContainer()));
            host.linkSetUp(port);
            int index = inside.index(interfaceName);
            IpPrefix prefix = new IpPrefix(address.toInet(), config.subnet().prefixLength());
            if (inside.addresses(index).stream().noneMatch(has -> has.prefix().equals(prefix))) {
                inside.addressAdd(index, prefix);
            }
            inside.linkSetUp(index);
            inside.routeReplace(Route.defaultVia(config.gateway().toInet(), index));
            return new GatewayLeg(
                    Ids.sha256Hex("gateway:" + container.value()),
                    new CidrAddress(address, config.subnet().prefixLength()),
                    config.gateway(),
                    mac);
        } catch (RuntimeException e) {
            detach(container);
            throw e;
        }
    }

    /** Notes a leg that an earlier life made. */
    public void adopt(ContainerId container, GatewayLeg leg) {
        if (addresses != null) {
            addresses.keep(leg.address().address(), container.value());
        }
    }

    /** Takes the leg away; does nothing when it is gone. */
    public void detach(ContainerId container) {
        if (addresses != null) {
            addresses.release(container.value());
        }
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
            host.linkDeleteIfExists(linkOf(container));
        }
    }

    /** Removes legs of containers that are not there any more. */
    public void removeUnwanted(Collection<ContainerId> wanted) {
        Set<String> keep = wanted.stream().map(GatewayBridge::linkOf).collect(Collectors.toSet());
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
            for (Link link : host.links()) {
                boolean leg = link.kind().equals("veth") && link.alias().equals(owner.alias());
                if (leg && link.name().startsWith("gw") && !keep.contains(link.name())) {
                    LOG.info("Gateway leg left by an earlier life removed link={}", link.name());
                    host.linkDeleteIfExists(link.name());
                }
            }
        }
    }

    private static String linkOf(ContainerId container) {
        return "gw" + container.value().substring(0, 12); // 14 of the 15 bytes a name may have
    }

    /**
     * Puts the host's settings back that the bridge needed; see {@link ChangedSysctls#restore}.
     *
     * @throws UnavailableException while there is the bridge, or that of another daemon of this network namespace
     */
    public List<String> restoreSysctls() throws IOException {
        if (config != null) {
            throw new UnavailableException(
                    "network " + GatewayConfig.NAME + " needs net.ipv4.ip_forward: remove it first"
                            + " (docker network rm " + GatewayConfig.NAME + ")");
        }
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
            for (Link link : host.links()) {
                boolean bridge = link.kind().equals("bridge") && link.alias().startsWith("swarmnet ");
                if (bridge && !link.alias().equals(owner.alias())) {
                    throw new UnavailableException("another swarmnetd of this host needs net.ipv4.ip_forward for its"
                            + " bridge " + link.name() + ": let it leave its swarm first");
                }
            }
        }
        return sysctls.restore();
    }

    /** Removes bridge, rules and record. What the user made before stays unless {@code alsoUsers}. */
    public void remove(boolean alsoUsers) throws IOException {
        if (config == null || config.userMade() && !alsoUsers) {
            return;
        }
        firewall.remove(config.link());
        if (!config.foreignLink()) {
            try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
                host.linkDeleteIfExists(config.link());
            }
        }
        try {
            DurableFile.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("forget docker_gwbridge in " + file + ": " + e.getMessage(), e);
        }
        LOG.info("Gateway bridge removed link={}", config.link());
        config = null;
        addresses = null;
    }
}
