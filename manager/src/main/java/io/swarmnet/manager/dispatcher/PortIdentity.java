package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.trust.SwarmTrust;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** The manager's own key and certificate, which it shows on port 2377, and the root it judges peers by. */
public record PortIdentity(ClusterId cluster, PrivateKey key, X509Certificate certificate, X509Certificate root) {
    SwarmTrust trust() {
        return new SwarmTrust(root, cluster);
    }

    @Override
    public String toString() {
        return "PortIdentity[cluster=" + cluster + "]";
    }
}
