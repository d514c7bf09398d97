package io.swarmnet.model.object;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.net.Subnet;
import java.time.Instant;
import java.util.List;

/**
 * The swarm as a whole; there is one.
 *
 * @param defaultAddressPools where automatic overlay subnets come from
 * @param subnetSize prefix length of automatic subnets
 * @param dataPathPort UDP port of VXLAN, 1024 to 49151
 * @param nextVni the next VNI given automatically
 * @param nextSubnet serial number of the next automatic subnet, so that a freed one rests until the pool wraps
 * @param nextSenderIndex the next gossip sender index, 1 to 2^31-1, never given twice
 */
public record Cluster(
        ClusterId id,
        long version,
        Instant createdAt,
        Instant updatedAt,
        ClusterSpec spec,
        List<Subnet> defaultAddressPools,
        int subnetSize,
        int dataPathPort,
        JoinSecrets joinSecrets,
        TrustRoot trustRoot,
        List<GossipKey> gossipKeys,
        int nextVni,
        long nextSubnet,
        int nextSenderIndex)
        implements Entity {
    @Override
    public String key() {
        return id.value();
    }

    @Override
    public EntityKind kind() {
        return EntityKind.CLUSTER;
    }

    @Override
    public Cluster withVersion(long newVersion) {
        return new Cluster(
                id,
                newVersion,
                createdAt,
                updatedAt,
                spec,
                defaultAddressPools,
                subnetSize,
                dataPathPort,
                joinSecrets,
                trustRoot,
                gossipKeys,
                nextVni,
                nextSubnet,
                nextSenderIndex);
    }

    /** The same with another {@link #nextSenderIndex}. */
    public Cluster withNextSenderIndex(int next) {
        return new Cluster(
                id,
                version,
                createdAt,
                updatedAt,
                spec,
                defaultAddressPools,
                subnetSize,
                dataPathPort,
                joinSecrets,
                trustRoot,
                gossipKeys,
                nextVni,
                nextSubnet,
                next);
    }
}
