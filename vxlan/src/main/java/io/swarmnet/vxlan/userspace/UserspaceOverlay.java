package io.swarmnet.vxlan.userspace;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.bridge.OwnedNamespaces;
import io.swarmnet.vxlan.bridge.SegmentBridge;
import io.swarmnet.vxlan.bridge.Teardown;
import io.swarmnet.vxlan.forwarding.DropReason;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Overlay networks carried by this process, on the same wire as the kernel's (RFC 7348): namespaces, bridges and ports are
 * as in the kernel driver and are adopted from it, but where a vxlan device would stand is a TAP. TAPs and the UDP sockets
 * are served by one event loop.
 *
 * <p>A TAP is gone with the process: networks that a new daemon adopts carry frames again once it has opened them and has
 * added their peers.
 */
public final class UserspaceOverlay implements OverlayDriver {
    private static final Logger LOG = LoggerFactory.getLogger(UserspaceOverlay.class);

    private final OwnedNamespaces namespaces;
    private final Netns underlay;
    private final Steering steering;
    private final PacketLoop loop;
    private final Map<Endpoint, UnderlaySocket> sockets = new LinkedHashMap<>();
    private final List<UserspaceNetwork> networks = new ArrayList<>();
    private boolean leftoverRemoved;

    private record Endpoint(IpAddress vtep, int port) {}

    /**
     * @param owner instance id of the daemon; goes into the alias of every device
     * @param directory where namespaces are pinned; made if missing, used by this owner alone
     * @param underlay the namespace whose routes and port the tunnels use, {@link Netns#host()} of a daemon
     * @param vertx with the native transport; {@link IllegalStateException} without
     */
    public UserspaceOverlay(String owner, Path directory, Netns underlay, Vertx vertx) {
        this.namespaces = new OwnedNamespaces(owner, directory);
        this.underlay = underlay;
        this.steering = new Steering(owner, underlay);
        this.loop = PacketLoop.of(vertx);
    }

    /**
     * Removes the nft rules that an earlier life of the daemon has left, which lead nowhere now. To be called at start,
     * whichever driver is used then; a failure is told and not thrown, as the kernel's driver needs no nft.
     */
    public static void removeLeftover(String owner, Netns underlay) {
        try {
            new Steering(owner, underlay).removeLeftover();
        } catch (KernelException | UnsatisfiedLinkError e) {
            LOG.warn("Rules of the user-space data plane are not looked for: {}", e.getMessage());
        }
    }

    @Override
    public String name() {
        return "userspace";
    }

    @Override
    public OverlayNetwork open(OverlayConfig config) {
        String shortName = OverlayDriver.shortName(config.network());
        refuseUsedVni(config);
        if (!leftoverRemoved) {
            removeLeftover(namespaces.owner(), underlay);
            leftoverRemoved = true;
        }
        Netns netns = namespaces.of(shortName);
        boolean adopted = netns.exists();
        if (adopted) {
            namespaces.refuseStranger(netns);
        } else {
            Netns.create(netns.path());
        }
        UnderlaySocket socket = null;
        try {
            socket = socket(config);
            UserspaceNetwork network =
                    UserspaceNetwork.open(this, config, shortName, namespaces.owner(), netns, underlay, socket, loop);
            networks.removeIf(other -> other.id().equals(config.network())); // it lost its TAPs to this one
            networks.add(network);
            steer();
            return network;
        } catch (RuntimeException e) {
            RuntimeException failure = adopted ? e : Teardown.step(e, () -> remove(shortName));
            throw Teardown.step(failure, this::closeUnused);
        }
    }

    private UnderlaySocket socket(OverlayConfig config) {
        IpAddress vtep = SegmentBridge.localVtep(config);
        return sockets.computeIfAbsent(new Endpoint(vtep, config.dataPathPort()), key -> {
            UnderlaySocket opened = UnderlaySocket.open(loop, underlay, key.vtep(), key.port());
            LOG.info("Underlay socket is up vtep={} port={} localPort={}", key.vtep(), key.port(), opened.localPort());
            return opened;
        });
    }

    private void refuseUsedVni(OverlayConfig config) {
        for (UserspaceNetwork other : networks) {
            if (!other.id().equals(config.network())
                    && other.alive()
                    && config.subnets().stream().anyMatch(subnet -> other.vnis()
                            .contains(subnet.vni().value()))) {
                throw new KernelException(
                        "overlay " + config.network() + " of VNIs "
                                + SegmentBridge.byVni(config).keySet(),
                        Errno.EEXIST,
                        "network " + other.id() + " has one of them");
            }
        }
    }

    /** After a change of networks: sends their VNIs to our sockets where the port is shared. */
    private void steer() {
        List<Steering.Steer> wanted = new ArrayList<>();
        for (UnderlaySocket socket : sockets.values()) {
            SortedSet<Integer> vnis = new TreeSet<>();
            networks.stream().filter(network -> network.uses(socket)).forEach(network -> vnis.addAll(network.vnis()));
            if (socket.localPort() != socket.port() && !vnis.isEmpty()) {
                wanted.add(new Steering.Steer(socket.vtep(), socket.port(), vnis, socket.localPort()));
            }
        }
        steering.program(wanted);
    }

    /** A network has ended. */
    void closed(UserspaceNetwork network) {
        networks.remove(network);
        RuntimeException failure = Teardown.step(null, this::steer);
        failure = Teardown.step(failure, this::closeUnused);
        if (failure != null) {
            throw failure;
        }
    }

    private void closeUnused() {
        sockets.values().removeIf(socket -> {
            boolean used = networks.stream().anyMatch(network -> network.uses(socket));
            if (!used) {
                loop.run(socket::end);
            }
            return !used;
        });
    }

    @Override
    public List<String> found() {
        return namespaces.found();
    }

    @Override
    public void remove(String found) {
        Netns netns = namespaces.of(found);
        namespaces.refuseStranger(netns);
        RuntimeException failure = null;
        for (UserspaceNetwork network : List.copyOf(networks)) {
            if (OverlayDriver.isNamed(network.id(), found)) {
                failure = Teardown.step(failure, network::end);
            }
        }
        if (netns.exists()) {
            failure = Teardown.links(netns, failure);
        }
        failure = Teardown.step(failure, netns::delete);
        if (failure != null) {
            throw failure;
        }
        LOG.info("Overlay removed network={}", found);
    }

    PacketLoop loop() {
        return loop;
    }

    /** What each VNI of an open network has carried; empty if it is not open. */
    public Map<Integer, Traffic> traffic(NetworkId network) {
        return networks.stream()
                .filter(open -> open.id().equals(network))
                .findFirst()
                .map(UserspaceNetwork::traffic)
                .orElse(Map.of());
    }

    /** Packets that no network got, or that the underlay did not take, over all sockets. */
    public Map<DropReason, Long> underlayDrops() {
        return loop.call(() -> {
            Map<DropReason, Long> all = new LinkedHashMap<>();
            sockets.values()
                    .forEach(socket -> socket.drops().all().forEach((why, count) -> all.merge(why, count, Long::sum)));
            return all;
        });
    }
}
