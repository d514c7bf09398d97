package io.swarmnet.model.session;

import io.swarmnet.model.error.InvalidSpecException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * A join token, {@code SWMTKN-1-<digest>-<secret>}, as swarmkit's {@code ca.ParseJoinToken} reads it: the digest pins the
 * swarm's root certificate, the secret says as what the node may join. Immutable.
 */
public final class JoinToken {
    private static final String PREFIX = "SWMTKN";
    private static final String VERSION = "1";
    private static final int DIGEST_CHARS = 50;
    private static final int SECRET_CHARS = 25;
    private static final int DIGEST_BYTES = 32;
    private static final int SECRET_BYTES = 16;

    private final byte[] digest;
    private final String secret;

    private JoinToken(byte[] digest, String secret) {
        this.digest = digest;
        this.secret = secret;
    }

    /**
     * @param rootCertificatePem digested byte for byte as it will be sent to joiners
     * @param secret 25 characters of base 36
     */
    public static JoinToken of(String rootCertificatePem, String secret) {
        return new JoinToken(digestOf(rootCertificatePem), checkedSecret(secret));
    }

    /** @throws InvalidSpecException with Docker's words {@code invalid join token} when the text is none */
    public static JoinToken parse(String text) {
        String[] parts = text == null || text.length() > 128
                ? new String[0]
                : text.trim().split("-", -1);
        if (parts.length != 4 || !parts[0].equals(PREFIX) || !parts[1].equals(VERSION)) {
            throw invalid();
        }
        if (parts[2].length() != DIGEST_CHARS || !isBase36(parts[2])) {
            throw invalid();
        }
        BigInteger number = new BigInteger(parts[2], 36);
        if (number.bitLength() > DIGEST_BYTES * 8) {
            throw invalid();
        }
        return new JoinToken(unsigned(number), checkedSecret(parts[3]));
    }

    /** A new secret: 16 random bytes in base 36, padded to 25 characters. */
    public static String newSecret(RandomGenerator random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return pad(new BigInteger(1, bytes), SECRET_CHARS);
    }

    /** True when the root certificate is the one the token was made for. */
    public boolean matches(String rootCertificatePem) {
        return MessageDigest.isEqual(digest, digestOf(rootCertificatePem));
    }

    /** SHA-256 of the root certificate's PEM bytes, lower-case hexadecimal. */
    public String fingerprint() {
        return HexFormat.of().formatHex(digest);
    }

    public String secret() {
        return secret;
    }

    /** The token as the user copies it: it is a secret, so it goes into answers to the user and never into a log. */
    public String text() {
        return PREFIX + "-" + VERSION + "-" + pad(new BigInteger(1, digest), DIGEST_CHARS) + "-" + secret;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JoinToken that
                && MessageDigest.isEqual(digest, that.digest)
                && MessageDigest.isEqual(bytes(secret), bytes(that.secret));
    }

    @Override
    public int hashCode() {
        return new BigInteger(digest).hashCode();
    }

    @Override
    public String toString() {
        return "JoinToken[fingerprint=" + fingerprint() + "]";
    }

    private static String checkedSecret(String secret) {
        if (secret == null || secret.length() != SECRET_CHARS || !isBase36(secret)) {
            throw invalid();
        }
        return secret;
    }

    private static boolean isBase36(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'z');
    }

    private static String pad(BigInteger number, int chars) {
        String digits = number.toString(36);
        return "0".repeat(chars - digits.length()) + digits;
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] raw = number.toByteArray();
        byte[] all = new byte[DIGEST_BYTES];
        int length = Math.min(raw.length, DIGEST_BYTES);
        System.arraycopy(raw, raw.length - length, all, DIGEST_BYTES - length, length);
        return all;
    }

    private static byte[] digestOf(String pem) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes(pem));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static InvalidSpecException invalid() {
        return new InvalidSpecException("invalid join token");
    }
}
