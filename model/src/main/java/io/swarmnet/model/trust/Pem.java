package io.swarmnet.model.trust;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Textual encoding of certificates and keys (RFC 7468). Reads no more than {@value #MAX_CHARS} characters. */
public final class Pem {
    public static final int MAX_CHARS = 64 << 10;
    public static final String CERTIFICATE = "CERTIFICATE";
    public static final String PRIVATE_KEY = "PRIVATE KEY";
    public static final String CERTIFICATE_REQUEST = "CERTIFICATE REQUEST";

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** The bytes between BEGIN and END lines with the label; ends with a newline. */
    public static String encode(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /**
     * The bytes of the first block with the label.
     *
     * @throws IllegalArgumentException when there is none or it is not base 64
     */
    public static byte[] decode(String label, String pem) {
        if (pem == null || pem.length() > MAX_CHARS) {
            throw new IllegalArgumentException("no PEM text of at most " + MAX_CHARS + " characters");
        }
        String quoted = Pattern.quote(label);
        Matcher block = Pattern.compile(
                        "-----BEGIN " + quoted + "-----\\s([A-Za-z0-9+/=\\s]*+)-----END " + quoted + "-----")
                .matcher(pem);
        if (!block.find()) {
            throw new IllegalArgumentException("no " + label + " in the PEM text");
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }

    /** @throws IllegalArgumentException when the text holds no X.509 certificate */
    public static X509Certificate certificate(String pem) {
        byte[] der = decode(CERTIFICATE, pem);
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            return (X509Certificate) x509.generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("unreadable certificate: " + e.getMessage(), e);
        }
    }

    public static String encode(X509Certificate certificate) {
        try {
            return encode(CERTIFICATE, certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificate without encoding: " + e.getMessage(), e);
        }
    }

    /** Reads a PKCS #8 key on an elliptic curve. @throws IllegalArgumentException when the text holds none */
    public static PrivateKey ecPrivateKey(String pem) {
        byte[] der = decode(PRIVATE_KEY, pem);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            // The cause may quote key material.
            throw new IllegalArgumentException("unreadable EC private key");
        }
    }

    /** PKCS #8. */
    public static String encode(PrivateKey key) {
        return encode(PRIVATE_KEY, key.getEncoded());
    }
}
