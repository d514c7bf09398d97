package io.swarmnet.model.id;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** How identifiers are made and checked. The caller brings the chance. */
public final class Ids {
    /** Length of a swarm-scope identifier, as swarmkit's. */
    public static final int SWARM_LENGTH = 25;

    /** Length of a local identifier (container, endpoint, local network), as Docker's. */
    public static final int LOCAL_LENGTH = 64;

    private static final int MAX_LENGTH = 128;

    private Ids() {}

    /** A new swarm-scope identifier: 25 characters of base 36 (124 bits and more of chance). */
    public static String newSwarmId(RandomGenerator random) {
        byte[] bytes = new byte[17];
        random.nextBytes(bytes);
        String digits = new BigInteger(1, bytes).toString(36);
        String padded = "0".repeat(Math.max(0, SWARM_LENGTH - digits.length())) + digits;
        return padded.substring(padded.length() - SWARM_LENGTH);
    }

    /** A new local identifier: 64 characters of hexadecimal. */
    public static String newLocalId(RandomGenerator random) {
        byte[] bytes = new byte[LOCAL_LENGTH / 2];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The container of a task. Derived, so that the leader can name it in a claim before the node has made it. */
    public static ContainerId containerOf(TaskId task) {
        return new ContainerId(sha256Hex("container:" + task.value()));
    }

    /** The endpoint of a task on a network. Derived, so that allocating it twice gives the same one. */
    public static EndpointId endpointOf(TaskId task, NetworkId network) {
        return new EndpointId(sha256Hex("endpoint:" + task.value() + ":" + network.value()));
    }

    /** Lower-case hexadecimal SHA-256 of the text's UTF-8 bytes. */
    public static String sha256Hex(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    static void check(String type, String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    type + ": 1 to " + MAX_LENGTH + " characters, not " + (value == null ? "null" : value.length()));
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!plain && c != '-' && c != '_' && c != '.') {
                throw new IllegalArgumentException(type + ": character " + (int) c + " at " + i + " is not allowed");
            }
        }
    }
}
