package io.swarmnet.model.object;

import io.swarmnet.model.id.NodeId;
import java.time.Instant;

/**
 * A host in the swarm.
 *
 * @param senderIndex its gossip sender index, the first four bytes of each nonce it makes
 * @param boot how often it has opened a session; the next four bytes of the nonce
 */
public record Node(
        NodeId id,
        long version,
        Instant createdAt,
        Instant updatedAt,
        NodeSpec spec,
        NodeDescription description,
        NodeStatus status,
        ManagerStatus managerStatus,
        int senderIndex,
        int boot)
        implements Entity {
    @Override
    public String key() {
        return id.value();
    }

    @Override
    public EntityKind kind() {
        return EntityKind.NODE;
    }

    @Override
    public Node withVersion(long newVersion) {
        return new Node(
                id, newVersion, createdAt, updatedAt, spec, description, status, managerStatus, senderIndex, boot);
    }

    public Node withStatus(NodeStatus newStatus, Instant now) {
        return new Node(id, version, createdAt, now, spec, description, newStatus, managerStatus, senderIndex, boot);
    }

    /** The same with what a session told or was given. */
    public Node withSession(
            NodeDescription newDescription, NodeStatus newStatus, int newSenderIndex, int newBoot, Instant now) {
        return new Node(
                id, version, createdAt, now, spec, newDescription, newStatus, managerStatus, newSenderIndex, newBoot);
    }
}
