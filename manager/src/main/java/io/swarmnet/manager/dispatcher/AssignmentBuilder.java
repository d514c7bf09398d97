package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.record.SwimPeer;
import io.swarmnet.model.session.AssignedNetwork;
import io.swarmnet.model.session.AssignedTask;
import io.swarmnet.model.session.Assignment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each node is told of one state: its own tasks, the networks and keys they need, and who its peers are. Pure. Makes
 * one index of the state and then any node's assignment from it; everything is sorted, so equal wishes encode equally.
 */
public final class AssignmentBuilder {
    private static final int KEYS = 3;

    private final Snapshot state;
    private final Map<NodeId, List<Task>> tasksByNode = new HashMap<>();
    private final Map<NetworkId, Network> networks = new TreeMap<>();
    private final List<SwimPeer> peers = new ArrayList<>();
    private final List<GossipKey> keys;
    private final String claimCertificatePem;

    public AssignmentBuilder(Snapshot state) {
        this.state = state;
        for (Task task : state.tasks()) {
            if (task.nodeId() != null && isReadyForItsNode(task)) {
                tasksByNode
                        .computeIfAbsent(task.nodeId(), node -> new ArrayList<>())
                        .add(task);
            }
        }
        state.networks().forEach(network -> networks.put(network.id(), network));
        state.nodes().forEach(this::addPeer);
        keys = state.cluster().map(AssignmentBuilder::newestKeys).orElse(List.of());
        claimCertificatePem =
                state.cluster().map(c -> c.trustRoot().claimCertificatePem()).orElse(null);
    }

    /** The whole assignment of a node; without tasks and networks when it has none. */
    public Assignment of(NodeId node) {
        List<AssignedTask> tasks = new ArrayList<>();
        SortedSet<NetworkId> needed = new TreeSet<>();
        for (Task task : tasksByNode.getOrDefault(node, List.of())) {
            tasks.add(assigned(task));
            task.attachments().forEach(attachment -> needed.add(attachment.network()));
        }
        List<AssignedNetwork> told = new ArrayList<>();
        for (NetworkId id : needed) {
            Network network = networks.get(id);
            if (network != null) {
                told.add(assigned(network));
            }
        }
        List<SwimPeer> others =
                peers.stream().filter(peer -> !peer.node().equals(node)).toList();
        return new Assignment(state.version(), tasks, told, others, keys, claimCertificatePem);
    }

    /**
     * A task goes to its node once it is assigned and each of its addresses is claimed for it: without the signature no
     * other node would believe in them. A task that is to end goes there as it is.
     */
    private static boolean isReadyForItsNode(Task task) {
        if (TaskState.ASSIGNED.isAfter(task.status().state())) {
            return false;
        }
        return wanted(task).isTerminal()
                || task.attachments().stream().map(Attachment::claim).noneMatch(claim -> claim == null);
    }

    /** A task that has ended stays ended, even where its node forgot that it ran. */
    private static TaskState wanted(Task task) {
        boolean runsOn = !task.desiredState().isTerminal();
        return runsOn && task.status().state().isTerminal() ? TaskState.SHUTDOWN : task.desiredState();
    }

    private static AssignedTask assigned(Task task) {
        return new AssignedTask(
                task.id(),
                task.serviceId(),
                task.serviceName(),
                task.slot(),
                task.name(),
                Ids.containerOf(task.id()),
                task.spec().container(),
                wanted(task),
                task.attachments());
    }

    private static AssignedNetwork assigned(Network network) {
        return new AssignedNetwork(
                network.id(),
                network.spec().name(),
                network.createdAt(),
                network.subnets(),
                network.spec().options(),
                network.spec().labels(),
                network.spec().internal(),
                network.spec().attachable());
    }

    private void addPeer(Node node) {
        NodeDescription told = node.description();
        boolean known =
                told != null && told.addresses() != null && !told.addresses().isEmpty();
        if (known && told.gossipPort() > 0 && node.senderIndex() > 0 && !NodeRecords.hasLeft(node)) {
            peers.add(new SwimPeer(
                    node.id(),
                    told.hostname(),
                    told.addresses(),
                    told.gossipPort(),
                    node.senderIndex(),
                    told.publicKey(),
                    node.boot()));
        }
    }

    private static List<GossipKey> newestKeys(Cluster cluster) {
        List<GossipKey> sorted = cluster.gossipKeys().stream()
                .sorted(Comparator.comparingInt(GossipKey::epoch))
                .toList();
        return sorted.subList(Math.max(0, sorted.size() - KEYS), sorted.size());
    }
}
