package io.swarmnet.model.trust;

import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.NodeRole;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Decides whether a certificate names a node of this swarm: issued by the swarm's root, valid now, made for both ends of a
 * TLS connection, O = cluster id, OU = role, CN = node id. Addresses and host names play no part. Pure and thread-safe.
 */
public final class SwarmTrust {
    /** OU of the certificate whose key signs endpoint claims; never a node. */
    public static final String CLAIMS_UNIT = "swarm-claims";

    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate root;
    private final ClusterId cluster;

    /** @param cluster null when the swarm's id is not known yet: then any O is taken, because the root is the swarm's own */
    public SwarmTrust(X509Certificate root, ClusterId cluster) {
        this.root = root;
        this.cluster = cluster;
    }

    /** Judges the first certificate of the chain; the others are not looked at, because the root issues directly. */
    public PeerVerdict check(X509Certificate peer, Instant now) {
        String reason = refusal(peer, now);
        if (reason != null) {
            return new PeerVerdict.Refused(reason);
        }
        String unit = only(peer, "OU");
        for (NodeRole role : NodeRole.values()) {
            if (role.organizationalUnit().equals(unit)) {
                return node(peer, role);
            }
        }
        return new PeerVerdict.Refused("the certificate names no role of a node");
    }

    /** True when this is the certificate, issued by the root, whose key signs endpoint claims. */
    public boolean signsClaims(X509Certificate certificate, Instant now) {
        return issuedByRoot(certificate) == null
                && validity(certificate, now) == null
                && CLAIMS_UNIT.equals(only(certificate, "OU"))
                && (cluster == null || cluster.value().equals(only(certificate, "O")));
    }

    private PeerVerdict node(X509Certificate peer, NodeRole role) {
        try {
            return new PeerVerdict.Trusted(
                    new NodeId(only(peer, "CN")), role, peer.getPublicKey().getEncoded());
        } catch (IllegalArgumentException e) {
            return new PeerVerdict.Refused("the certificate names no node");
        }
    }

    private String refusal(X509Certificate peer, Instant now) {
        String reason = issuedByRoot(peer);
        if (reason == null) {
            reason = validity(peer, now);
        }
        if (reason == null && cluster != null && !cluster.value().equals(only(peer, "O"))) {
            reason = "the certificate is of another swarm";
        }
        if (reason == null && !(peer.getPublicKey() instanceof ECPublicKey)) {
            reason = "the certificate's key is not on an elliptic curve";
        }
        return reason == null ? purpose(peer) : reason;
    }

    private String issuedByRoot(X509Certificate peer) {
        try {
            if (!peer.getIssuerX500Principal().equals(root.getSubjectX500Principal())
                    || peer.getBasicConstraints() != -1) {
                return "the certificate was not issued by this swarm";
            }
            peer.verify(root.getPublicKey());
            return null;
        } catch (GeneralSecurityException | RuntimeException e) {
            return "the certificate was not issued by this swarm";
        }
    }

    private static String validity(X509Certificate peer, Instant now) {
        if (now.isBefore(peer.getNotBefore().toInstant())) {
            return "the certificate is not valid before " + peer.getNotBefore().toInstant()
                    + " and the clock here says " + now + ": check the clocks (timedatectl set-ntp true)";
        }
        if (now.isAfter(peer.getNotAfter().toInstant())) {
            return "the certificate expired at " + peer.getNotAfter().toInstant() + " and the clock here says " + now
                    + ": check the clocks (timedatectl set-ntp true), or join anew if they are right";
        }
        return null;
    }

    private static String purpose(X509Certificate peer) {
        try {
            List<String> purposes = peer.getExtendedKeyUsage();
            boolean both = purposes != null && purposes.contains(SERVER_AUTH) && purposes.contains(CLIENT_AUTH);
            return both ? null : "the certificate is not made for connections between nodes";
        } catch (GeneralSecurityException e) {
            return "the certificate's purposes cannot be read";
        }
    }

    /** The value of an attribute of the subject, or null unless it stands there exactly once. */
    private static String only(X509Certificate certificate, String attribute) {
        try {
            List<String> values = new ArrayList<>();
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.size() != 1) {
                    return null;
                }
                if (rdn.getType().equalsIgnoreCase(attribute) && rdn.getValue() instanceof String value) {
                    values.add(value);
                }
            }
            return values.size() == 1 ? values.get(0) : null;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
