package io.swarmnet.manager.ca;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.model.trust.SwarmTrust;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The swarm's certificate authority: an ECDSA P-256 root named {@code CN=swarm-ca} that signs every certificate of the
 * swarm itself. Signing takes about a millisecond of processor time: keep it off event loops. Thread-safe.
 */
public final class RootAuthority {
    /** As swarmkit's: 20 years of 365 days. */
    public static final Duration ROOT_LIFE = Duration.ofDays(20 * 365L);

    /** Certificates begin this long before they are made, for nodes whose clocks are behind. */
    public static final Duration BACKDATE = Duration.ofHours(1);

    /** The shortest life of a node certificate, as Docker's. */
    public static final long MIN_EXPIRY_SECONDS = 3_600;

    private final PrivateKey key;
    private final X509Certificate root;
    private final SecureRandom random;

    /** @throws IllegalArgumentException when key or certificate cannot be read */
    public RootAuthority(TrustRoot trust, SecureRandom random) {
        this.key = Pem.ecPrivateKey(trust.keyPem());
        this.root = Pem.certificate(trust.certificatePem());
        this.random = random;
    }

    /** Makes the roots of a new swarm: the root's key and certificate, and the pair that signs endpoint claims. */
    public static TrustRoot create(ClusterId cluster, SecureRandom random, Instant now) {
        KeyPair rootKey = newKey(random);
        X509Certificate rootCertificate = Certificates.root(
                new X500Name("CN=swarm-ca"), rootKey, now.minus(BACKDATE), now.plus(ROOT_LIFE), random);
        KeyPair claimKey = newKey(random);
        X500Name claimName = name("swarm-claims", SwarmTrust.CLAIMS_UNIT, cluster);
        X509Certificate claimCertificate = Certificates.signing(
                claimName,
                claimKey.getPublic(),
                rootCertificate,
                rootKey.getPrivate(),
                now.minus(BACKDATE),
                now.plus(ROOT_LIFE),
                random);
        return new TrustRoot(
                Pem.encode(rootCertificate),
                Pem.encode(rootKey.getPrivate()),
                Pem.encode(claimCertificate),
                Pem.encode(claimKey.getPrivate()));
    }

    /**
     * Issues a node's certificate for the key in the request; whatever names and extensions the request asks for are
     * ignored. CN = node, OU = role, O = cluster; good for both ends of a TLS connection.
     *
     * @param csrPem PKCS #10 with an EC P-256 key, signed by that key
     * @param expirySeconds life from now, at least {@link #MIN_EXPIRY_SECONDS}
     * @throws InvalidSpecException when the request cannot be read, its signature is wrong or its key is of another kind
     */
    public String issue(String csrPem, NodeId node, ClusterId cluster, NodeRole role, Instant now, long expirySeconds) {
        PublicKey requested = Certificates.keyOfRequest(csrPem);
        if (expirySeconds < MIN_EXPIRY_SECONDS) {
            throw new InvalidSpecException("minimum certificate expiry time must be 1h0m0s");
        }
        X509Certificate certificate = Certificates.node(
                name(node.value(), role.organizationalUnit(), cluster),
                requested,
                root,
                key,
                now.minus(BACKDATE),
                now.plusSeconds(expirySeconds),
                random);
        return Pem.encode(certificate);
    }

    public X509Certificate root() {
        return root;
    }

    private static X500Name name(String commonName, String unit, ClusterId cluster) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .addRDN(BCStyle.OU, unit)
                .addRDN(BCStyle.O, cluster.value())
                .build();
    }

    private static KeyPair newKey(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK makes P-256 keys", e);
        }
    }
}
