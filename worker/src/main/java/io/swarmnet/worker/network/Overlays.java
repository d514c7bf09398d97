package io.swarmnet.worker.network;

import io.swarmnet.dns.names.NameTable;
import io.swarmnet.gossip.io.Gossip;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.session.AssignedNetwork;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The overlay networks that are up on this node, and who they are told about. Gossip's events come in here and go to their
 * network. Belongs to the worker's context.
 */
public final class Overlays implements Gossip.Events {
    private static final Logger LOG = LoggerFactory.getLogger(Overlays.class);
    /** Well above the 4 s and two witnesses of a hard verdict: what gossip has not said by then, nobody stands for. */
    private static final long CONFIRM_MILLIS = 10_000;

    private static final String OPTION_MTU = "com.docker.network.driver.mtu";

    /** Outer Ethernet 14, IPv4 20, UDP 8, VXLAN 8 bytes. */
    public static final int VXLAN_OVERHEAD_BYTES = 50;

    private final Context context;
    private final KernelExecutor lane;
    private final OverlayDriver driver;
    private final NameTable names;
    private final NodeGossip gossip;
    private final RecordMemory memory;
    private List<RecordMemory.Known> remembered = List.of();
    private final Runnable bootExhausted;
    private final Map<NetworkId, AssignedNetwork> assigned = new HashMap<>();
    private final Map<NetworkId, LocalNetwork> open = new LinkedHashMap<>();
    private Underlay underlay;
    private volatile List<NodeNetworks.OverlayView> views = List.of();
    private boolean viewsAreStale;

    /**
     * The node's end of every tunnel.
     *
     * @param mtuBytes of the link that has the VTEP's address
     */
    public record Underlay(NodeId node, List<IpAddress> vteps, int dataPathPort, int mtuBytes) {}

    public Overlays(
            Context context,
            KernelExecutor lane,
            OverlayDriver driver,
            NameTable names,
            NodeGossip gossip,
            RecordMemory memory,
            Runnable bootExhausted) {
        this.context = context;
        this.lane = lane;
        this.driver = driver;
        this.names = names;
        this.gossip = gossip;
        this.memory = memory;
        this.bootExhausted = bootExhausted;
    }

    public void underlay(Underlay own) {
        this.underlay = own;
    }

    /** The swarm's data path port, for networks opened from now on. */
    public void dataPathPort(int port) {
        underlay = new Underlay(underlay.node(), underlay.vteps(), port, underlay.mtuBytes());
    }

    /** What an earlier life had heard of other nodes, for the networks that are opened until gossip starts. */
    public void remembered(List<RecordMemory.Known> known) {
        remembered = known;
    }

    /** Networks of the newest assignment; those that are up stay so until their last endpoint goes. */
    public void assigned(Collection<AssignedNetwork> networks) {
        assigned.clear();
        networks.forEach(network -> assigned.put(network.id(), network));
    }

    /** The network of an attachment, opened on paper; the kernel follows with its first port. */
    LocalNetwork network(Attachment attachment) {
        changed();
        return open.computeIfAbsent(attachment.network(), id -> {
            AssignedNetwork network = assigned.get(id);
            if (network == null || underlay == null) {
                throw new NotFoundException("network " + id + " not found");
            }
            LocalNetwork made = new LocalNetwork(network, config(network), lane, driver, names, gossip);
            List<RecordMemory.Known> earlier = remembered;
            context.runOnContext(v -> remember(made, earlier)); // once it has its first port, and a tunnel with it
            return made;
        });
    }

    private void remember(LocalNetwork network, List<RecordMemory.Known> earlier) {
        if (open.get(network.id()) != network) {
            return;
        }
        for (RecordMemory.Known known : earlier) {
            boolean own = known.claim().node().equals(underlay.node());
            if (known.claim().network().equals(network.id()) && !own) {
                network.remember(known.claim(), known.state());
            }
        }
    }

    private OverlayConfig config(AssignedNetwork network) {
        String wanted = network.options().get(OPTION_MTU);
        int outer = wanted == null ? underlay.mtuBytes() : Integer.parseInt(wanted);
        return new OverlayConfig(
                network.id(),
                network.subnets(),
                outer - VXLAN_OVERHEAD_BYTES,
                underlay.vteps(),
                underlay.dataPathPort());
    }

    Optional<LocalNetwork> find(NetworkId id) {
        return Optional.ofNullable(open.get(id));
    }

    /** Takes an endpoint's port away, and the network with its last one. */
    Future<Void> detach(Attachment attachment) {
        LocalNetwork network = open.get(attachment.network());
        if (network == null) {
            return Future.succeededFuture();
        }
        changed();
        Future<Void> detached = network.detach(attachment.endpoint());
        if (network.isIdle()) {
            open.remove(network.id());
            // Both go to the lane now: a task that opens the same network again comes after them.
            return Future.join(detached, network.close()).mapEmpty();
        }
        return detached;
    }

    /** Removes leftovers of networks that no endpoint of this node needs. */
    public Future<Void> removeUnwanted() {
        List<NetworkId> wanted = List.copyOf(open.keySet());
        return lane.execute(() -> {
            for (String found : driver.found()) {
                if (wanted.stream().noneMatch(id -> OverlayDriver.isNamed(id, found))) {
                    LOG.info("Overlay left by an earlier life removed name={}", found);
                    driver.remove(found);
                }
            }
        });
    }

    /** Gossip has just started: it hears of everything that is up. */
    public void gossipStarted() {
        remembered = List.of();
        List<LocalNetwork> adopted = List.copyOf(open.values());
        adopted.forEach(LocalNetwork::announceAgain);
        context.owner()
                .setTimer(
                        CONFIRM_MILLIS,
                        timer -> context.runOnContext(v -> adopted.stream()
                                .filter(network -> open.get(network.id()) == network)
                                .forEach(network -> {
                                    network.forgetUnconfirmed();
                                    changed();
                                })));
    }

    /** From any thread; a moment old at most. */
    List<NodeNetworks.OverlayView> views() {
        return views;
    }

    /** Renews {@link #views} once for all changes of this turn of the event loop. */
    private void changed() {
        if (viewsAreStale) {
            return;
        }
        viewsAreStale = true;
        context.runOnContext(v -> {
            viewsAreStale = false;
            List<NodeNetworks.OverlayView> renewed = new ArrayList<>();
            for (LocalNetwork network : open.values()) {
                renewed.add(network.view(new NodeNetworks.Peer(
                        underlay.node().value(), underlay.vteps().get(0))));
            }
            views = List.copyOf(renewed);
        });
        memory.changed(() -> open.values().stream()
                .flatMap(network -> network.known().stream())
                .toList());
    }

    @Override
    public void record(NetworkId network, EndpointClaim claim, EndpointState state) {
        context.runOnContext(v -> find(network).ifPresent(local -> {
            local.heard(claim, state);
            changed();
        }));
    }

    @Override
    public void withdrawn(NetworkId network, EndpointClaim claim) {
        context.runOnContext(v -> find(network).ifPresent(local -> {
            local.gone(claim);
            changed();
        }));
    }

    @Override
    public void suspended(NodeId node, boolean suspended) {
        LOG.info("Node {} node={}", suspended ? "suspected" : "back", node);
        context.runOnContext(v -> names.suspect(node, suspended));
    }

    @Override
    public void member(NodeId node, MemberState state) {
        LOG.info("Member changed node={} state={}", node, state);
    }

    @Override
    public void bootExhausted() {
        context.runOnContext(v -> bootExhausted.run());
    }
}
