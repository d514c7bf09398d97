package io.swarmnet.model.object;

/**
 * The swarm's roots of trust.
 *
 * @param certificatePem the root CA certificate
 * @param keyPem its PKCS #8 key; the store seals it at rest, and it never leaves the managers
 * @param claimCertificatePem certificate of the key that signs endpoint claims, issued by the root
 * @param claimKeyPem its PKCS #8 key
 */
public record TrustRoot(String certificatePem, String keyPem, String claimCertificatePem, String claimKeyPem) {
    @Override
    public String toString() {
        return "TrustRoot[hidden]";
    }
}
