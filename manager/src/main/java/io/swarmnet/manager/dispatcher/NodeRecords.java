package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.NodeStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes of a node's record when it joins, comes, falls silent and leaves. Pure. */
final class NodeRecords {
    /** Docker's word for a node whose session went silent. */
    static final String SILENT = "heartbeat failure";

    static final String LEFT = "node left the swarm";

    private NodeRecords() {}

    static boolean hasLeft(Node node) {
        return node.status().state() == NodeState.DOWN
                && LEFT.equals(node.status().message());
    }

    static String noPart(NodeId id) {
        return "node " + id + " is not, or no longer, part of this swarm";
    }

    /** A node that was given a certificate and has not opened a session yet. */
    static List<Change> admit(Snapshot state, NodeId id, NodeRole role, String hostname, String address, Instant now) {
        Cluster cluster = cluster(state);
        int senderIndex = nextSenderIndex(cluster);
        Node node = new Node(
                id,
                0,
                now,
                now,
                new NodeSpec("", Map.of(), role, NodeAvailability.ACTIVE),
                unknown(hostname),
                new NodeStatus(NodeState.UNKNOWN, "", address),
                null,
                senderIndex,
                0);
        return List.of(new Change.Create(node), new Change.Update(cluster.withNextSenderIndex(senderIndex + 1)));
    }

    /** The record of a node that opens a session: ready, the next boot number, and a sender index if it has none. */
    static Node opened(Snapshot state, NodeId id, NodeDescription told, String address, Instant now) {
        Node node = find(state, id).orElseThrow(() -> new ForbiddenException(noPart(id)));
        int senderIndex = node.senderIndex() > 0 ? node.senderIndex() : nextSenderIndex(cluster(state));
        NodeStatus ready = new NodeStatus(NodeState.READY, "", address);
        return node.withSession(told, ready, senderIndex, node.boot() + 1, now);
    }

    /** Writes that record, and takes its sender index away if it is a new one. */
    static List<Change> open(Snapshot state, Node opened) {
        Cluster cluster = cluster(state);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Update(opened));
        if (opened.senderIndex() >= nextSenderIndex(cluster)) {
            changes.add(new Change.Update(cluster.withNextSenderIndex(opened.senderIndex() + 1)));
        }
        return changes;
    }

    private static int nextSenderIndex(Cluster cluster) {
        return Math.max(1, cluster.nextSenderIndex());
    }

    static List<Change> describe(Snapshot state, NodeId id, NodeDescription told, Instant now) {
        return find(state, id)
                .filter(node -> !told.equals(node.description()))
                .<List<Change>>map(node -> List.of(
                        new Change.Update(node.withSession(told, node.status(), node.senderIndex(), node.boot(), now))))
                .orElse(List.of());
    }

    static List<Change> down(Snapshot state, NodeId id, String message, Instant now) {
        return find(state, id)
                .filter(node -> node.status().state() != NodeState.DOWN || LEFT.equals(message) && !hasLeft(node))
                .<List<Change>>map(node -> List.of(new Change.Update(node.withStatus(
                        new NodeStatus(NodeState.DOWN, message, node.status().address()), now))))
                .orElse(List.of());
    }

    static Optional<Node> find(Snapshot state, NodeId id) {
        return state.find(EntityKind.NODE, id.value(), Node.class);
    }

    static Cluster cluster(Snapshot state) {
        return state.cluster()
                .orElseThrow(
                        () -> new UnavailableException("This node is not a swarm manager. Manager is being prepared or"
                                + " has trouble connecting to the cluster."));
    }

    private static NodeDescription unknown(String hostname) {
        return new NodeDescription(
                hostname,
                "",
                "",
                0,
                0,
                "",
                Map.of(),
                List.of(),
                List.of(),
                0,
                0,
                List.of(),
                List.of(),
                null,
                new byte[0]);
    }
}
