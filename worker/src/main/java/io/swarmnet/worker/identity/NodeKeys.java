package io.swarmnet.worker.identity;

import io.swarmnet.model.trust.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A node's own key, made on the node and never sent, and the request to certify it (RFC 2986). */
public final class NodeKeys {
    private NodeKeys() {}

    /** An EC P-256 pair. Takes milliseconds: keep it off event loops. */
    public static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK makes P-256 keys", e);
        }
    }

    /** PKCS #10 in PEM, signed by the key. It asks for no name: the authority gives the names. */
    public static String requestPem(KeyPair keys) {
        try {
            byte[] request = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=swarm-node"), keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            return Pem.encode(Pem.CERTIFICATE_REQUEST, request);
        } catch (OperatorException | IOException e) {
            throw new IllegalStateException("certificate request: " + e.getMessage(), e);
        }
    }
}
