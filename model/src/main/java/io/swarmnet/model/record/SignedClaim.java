package io.swarmnet.model.record;

import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A claim as it was encoded and signed; kept as bytes, so that fields this build does not know stay under the signature.
 *
 * @param claim {@link Encoding} of an {@link EndpointClaim}
 * @param signature ECDSA P-256 with SHA-256 over the bytes, DER, by the swarm's claim key
 */
public record SignedClaim(byte[] claim, byte[] signature) {
    public EndpointClaim open() throws DecodeException {
        return Encoding.decode(claim, EndpointClaim.class);
    }

    /** SHA-256 of the claim's bytes; a state refers to its claim by it. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(claim);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedClaim that
                && Arrays.equals(claim, that.claim)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(claim);
    }
}
