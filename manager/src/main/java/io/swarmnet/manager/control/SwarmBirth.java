package io.swarmnet.manager.control;

import io.swarmnet.manager.StageRound;
import io.swarmnet.manager.ipam.AddressPools;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Cluster;
import io.swarmnet.model.object.ClusterSpec;
import io.swarmnet.model.object.GossipKey;
import io.swarmnet.model.object.JoinSecrets;
import io.swarmnet.model.object.ManagerStatus;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.NodeSpec;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.NodeStatus;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.session.JoinToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What {@code swarm init} makes: the cluster, its first manager, the ingress network as data. Pure but for what it draws.
 *
 * @param dataPathPort UDP port of VXLAN; 0 = 4789
 * @param node the first manager's id, as in its certificate
 * @param address where the others reach its port 2377
 */
public record SwarmBirth(
        ClusterId cluster,
        ClusterSpec spec,
        AddressPools pools,
        int dataPathPort,
        TrustRoot trustRoot,
        NodeId node,
        NodeAvailability availability,
        NodeDescription description,
        HostPort address) {
    public static final int DATA_PATH_PORT = 4789;
    private static final int PORT_MIN = 1_024;
    private static final int PORT_MAX = 49_151;
    private static final int GOSSIP_KEY_BYTES = 16;

    /** @throws InvalidSpecException in Docker's words when the port is out of range */
    public SwarmBirth {
        if (dataPathPort == 0) {
            dataPathPort = DATA_PATH_PORT;
        }
        if (dataPathPort < PORT_MIN || dataPathPort > PORT_MAX) {
            throw new InvalidSpecException(
                    "rpc error: code = InvalidArgument desc = Datapath port number is not in valid"
                            + " range (1024-49151) : " + dataPathPort);
        }
    }

    /**
     * The first commit, for an empty store. The ingress network takes the pools' first subnet that the node does not use
     * itself, and VNI 4096.
     *
     * @param random fit for secrets
     */
    public List<Change> firstCommit(RandomGenerator random, long nowMillis) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        byte[] gossipKey = new byte[GOSSIP_KEY_BYTES];
        random.nextBytes(gossipKey);
        Cluster newCluster = new Cluster(
                cluster,
                0,
                now,
                now,
                spec,
                pools.pools(),
                pools.subnetSize(),
                dataPathPort,
                new JoinSecrets(JoinToken.newSecret(random), JoinToken.newSecret(random)),
                trustRoot,
                List.of(new GossipKey(1, gossipKey)),
                Vni.FIRST.value(),
                0,
                2);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Create(newCluster));
        changes.add(new Change.Create(firstNode(now)));
        Snapshot state = InMemoryStore.preview(new InMemoryStore().snapshot(), changes);
        NetworkId ingress = new NetworkId(Ids.newSwarmId(random));
        changes.addAll(NetworkRules.make(state, state.cluster().orElseThrow(), ingressSpec(), ingress, now)
                .changes());
        return StageRound.squash(changes);
    }

    private Node firstNode(Instant now) {
        return new Node(
                node,
                0,
                now,
                now,
                new NodeSpec("", Map.of(), NodeRole.MANAGER, availability),
                description,
                new NodeStatus(NodeState.UNKNOWN, "", address.address().toString()),
                new ManagerStatus(true, true, address),
                1,
                0);
    }

    private static NetworkSpec ingressSpec() {
        return new NetworkSpec("ingress", Map.of(), "overlay", Map.of(), true, false, false, false, true, List.of());
    }
}
