package io.swarmnet.worker.identity;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.NodeRole;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * Who this node is: the certificate, never an address. CN = node id, OU = role, O = cluster id.
 *
 * @param root the swarm's root certificate, against which peers are checked
 */
public record NodeIdentity(
        NodeId node,
        ClusterId cluster,
        NodeRole role,
        PrivateKey key,
        X509Certificate certificate,
        X509Certificate root) {
    @Override
    public String toString() {
        return "NodeIdentity[node=" + node + ", cluster=" + cluster + ", role=" + role + "]";
    }
}
