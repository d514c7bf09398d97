package io.swarmnet.manager.ca;

import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.model.wire.Encoding;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.ECPrivateKey;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * Signs endpoint claims with the swarm's claim key (details F). Pure: the nonce is derived (RFC 6979), so that the same
 * claim gives the same bytes on each manager and at each try. Thread-safe; about a millisecond a claim.
 */
public final class ClaimSigner {
    private static final X9ECParameters P256 = CustomNamedCurves.getByName("P-256");

    private final ECPrivateKeyParameters key;

    /** @throws IllegalArgumentException when the claim key cannot be read */
    public ClaimSigner(TrustRoot trust) {
        if (!(Pem.ecPrivateKey(trust.claimKeyPem()) instanceof ECPrivateKey ec)) {
            throw new IllegalArgumentException("the claim key is not on an elliptic curve");
        }
        key = new ECPrivateKeyParameters(ec.getS(), new ECDomainParameters(P256));
    }

    /** The claim's encoding with its signature, ECDSA P-256 with SHA-256 in DER. */
    public SignedClaim sign(EndpointClaim claim) {
        byte[] bytes = Encoding.encode(claim);
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, key);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            BigInteger[] pair = signer.generateSignature(digest);
            return new SignedClaim(bytes, StandardDSAEncoding.INSTANCE.encode(P256.getN(), pair[0], pair[1]));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("sign a claim: " + e.getMessage(), e);
        }
    }
}
