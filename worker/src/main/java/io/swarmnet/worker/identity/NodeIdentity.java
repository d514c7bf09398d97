package io.swarmnet.worker.identity;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.trust.PeerVerdict;
import io.swarmnet.model.trust.SwarmTrust;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

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
    /**
     * The identity that key and certificates are. Expiry is not looked at.
     *
     * @throws IllegalArgumentException when the key is not the certificate's, or the root did not issue it
     */
    public static NodeIdentity of(PrivateKey key, X509Certificate certificate, X509Certificate root) {
        PeerVerdict verdict = new SwarmTrust(root, null)
                .check(certificate, certificate.getNotBefore().toInstant());
        if (!(verdict instanceof PeerVerdict.Trusted trusted)) {
            throw new IllegalArgumentException(((PeerVerdict.Refused) verdict).reason());
        }
        if (!isPair(key, certificate)) {
            throw new IllegalArgumentException("the key is not the certificate's");
        }
        return new NodeIdentity(
                trusted.node(), new ClusterId(organization(certificate)), trusted.role(), key, certificate, root);
    }

    /** Decides about peers of this node's swarm. */
    public SwarmTrust trust() {
        return new SwarmTrust(root, cluster);
    }

    private static boolean isPair(PrivateKey key, X509Certificate certificate) {
        try {
            byte[] probe = certificate.getSerialNumber().toByteArray();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String organization(X509Certificate certificate) {
        try {
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("O") && rdn.getValue() instanceof String value) {
                    return value;
                }
            }
        } catch (InvalidNameException e) {
            throw new IllegalArgumentException("unreadable subject: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the certificate names no swarm");
    }

    @Override
    public String toString() {
        return "NodeIdentity[node=" + node + ", cluster=" + cluster + ", role=" + role + "]";
    }
}
