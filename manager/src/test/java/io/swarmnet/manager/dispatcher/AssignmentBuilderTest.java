package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.ca.RootAuthority;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.object.JoinSecrets;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.wire.Encoding;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssignmentBuilderTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final TrustRoot TRUST = RootAuthority.create(new ClusterId("c"), new SecureRandom(), Instant.EPOCH);

    private final InMemoryStore store = new InMemoryStore();
    private int requests;

    @BeforeEach
    void swarmOfTwo() {
        List<GossipKey> keys = List.of(key(4), key(1), key(3), key(2));
        commit(new Change.Create(new Cluster(
                new ClusterId("c"),
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                ClusterSpec.DEFAULT,
                List.of(),
                24,
                4789,
                new JoinSecrets("w", "m"),
                TRUST,
                keys,
                4097,
                1,
                1)));
        for (NodeId node : List.of(A, B)) {
            commit(NodeRecords.admit(store.snapshot(), node, NodeRole.WORKER, node.value(), "", Instant.EPOCH));
            NodeDescription told = DescriptionBounds.complete(PortFixture.description(node.value()), new byte[] {9});
            Node opened = NodeRecords.opened(store.snapshot(), node, told, "", Instant.EPOCH);
            commit(NodeRecords.open(store.snapshot(), opened));
        }
        commit(new Change.Create(Desired.network("net-a")), new Change.Create(Desired.network("net-b")));
    }

    private static GossipKey key(int epoch) {
        return new GossipKey(epoch, new byte[16]);
    }

    private void commit(Change... changes) {
        commit(List.of(changes));
    }

    private void commit(List<Change> changes) {
        store.apply(new Commit(new RequestId("r" + requests++), Commit.ANY_VERSION, changes));
    }

    private Assignment of(NodeId node) {
        return new AssignmentBuilder(store.snapshot()).of(node);
    }

    @Test
    void aNodeIsToldOfItsOwnTasksAndTheirNetworksOnly() {
        commit(new Change.Create(Desired.task("ta", A, "net-a")), new Change.Create(Desired.task("tb", B, "net-b")));
        Assignment assignment = of(A);
        assertEquals(
                List.of("ta"),
                assignment.tasks().stream().map(t -> t.id().value()).toList());
        assertEquals(
                List.of("net-a"),
                assignment.networks().stream().map(n -> n.name()).toList());
        assertEquals(List.of(B), assignment.peers().stream().map(p -> p.node()).toList());
        assertEquals(2, assignment.peers().get(0).senderIndex());
        assertEquals(TRUST.claimCertificatePem(), assignment.claimCertificatePem());
        assertTrue(of(new NodeId("nobody")).tasks().isEmpty());
    }

    @Test
    void atMostThreeKeysGoOutTheNewestLast() {
        assertEquals(
                List.of(2, 3, 4),
                of(A).gossipKeys().stream().map(GossipKey::epoch).toList());
    }

    @Test
    void aTaskWhoseAddressIsNotClaimedWaits() {
        Task task = Desired.task("ta", A, "net-a");
        Attachment claimed = task.attachments().get(0);
        Attachment unclaimed = new Attachment(
                claimed.network(), claimed.endpoint(), claimed.addresses(), claimed.mac(), claimed.aliases(), null);
        commit(new Change.Create(task.withAttachments(List.of(unclaimed))));
        assertTrue(of(A).tasks().isEmpty());
    }

    @Test
    void aTaskThatEndedIsNeverSaidToRun() {
        commit(new Change.Create(Desired.task("ta", A, "net-a").withStatus(Desired.status(TaskState.FAILED))));
        assertEquals(TaskState.SHUTDOWN, of(A).tasks().get(0).desiredState());
    }

    @Test
    void aNodeThatLeftOrNeverCameIsNoPeer() {
        commit(NodeRecords.admit(store.snapshot(), new NodeId("never"), NodeRole.WORKER, "n", "", Instant.EPOCH));
        assertEquals(1, of(A).peers().size());
        commit(NodeRecords.down(store.snapshot(), B, NodeRecords.SILENT, Instant.EPOCH));
        assertEquals(1, of(A).peers().size(), "a silent one is looked for");
        commit(NodeRecords.down(store.snapshot(), B, NodeRecords.LEFT, Instant.EPOCH));
        assertTrue(of(A).peers().isEmpty());
    }

    @Test
    void whatConcernsOthersLeavesTheBytesAsTheyWere() {
        commit(new Change.Create(Desired.task("ta", A, "net-a")));
        byte[] before = bytes(of(A));
        commit(new Change.Create(Desired.task("tb", B, "net-b")));
        assertArrayEquals(before, bytes(of(A)));
    }

    private static byte[] bytes(Assignment a) {
        return Encoding.encode(
                new Assignment(0, a.tasks(), a.networks(), a.peers(), a.gossipKeys(), a.claimCertificatePem()));
    }
}
