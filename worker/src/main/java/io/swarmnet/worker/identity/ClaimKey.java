package io.swarmnet.worker.identity;

import io.swarmnet.model.trust.Pem;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** The key that checks endpoint claims, taken from the certificate in an assignment. Pure. */
public final class ClaimKey {
    private ClaimKey() {}

    /**
     * @throws IllegalArgumentException unless the swarm's root issued the certificate for claims and it is valid now
     */
    public static PublicKey of(String claimCertificatePem, NodeIdentity identity, Instant now) {
        X509Certificate certificate = Pem.certificate(claimCertificatePem);
        if (!identity.trust().signsClaims(certificate, now)) {
            throw new IllegalArgumentException(
                    "the claim certificate is not one of this swarm, or not valid at " + now);
        }
        return certificate.getPublicKey();
    }
}
