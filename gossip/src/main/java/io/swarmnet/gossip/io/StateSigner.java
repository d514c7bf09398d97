package io.swarmnet.gossip.io;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** Signs with the node's certificate key. Called off the event loop, by one thread at a time. */
@FunctionalInterface
public interface StateSigner {
    /** ECDSA P-256 with SHA-256 over the bytes, DER. */
    byte[] sign(byte[] bytes) throws GeneralSecurityException;

    /** A signer that holds the key in memory. */
    static StateSigner of(PrivateKey key) {
        return bytes -> {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        };
    }
}
