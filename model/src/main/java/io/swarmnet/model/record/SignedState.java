package io.swarmnet.model.record;

import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.util.Arrays;

/**
 * A state as it was encoded and signed.
 *
 * @param state {@link Encoding} of an {@link EndpointState}
 * @param signature ECDSA P-256 with SHA-256 over the bytes, DER, by the node's certificate key
 */
public record SignedState(byte[] state, byte[] signature) {
    public EndpointState open() throws DecodeException {
        return Encoding.decode(state, EndpointState.class);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedState that
                && Arrays.equals(state, that.state)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state);
    }
}
