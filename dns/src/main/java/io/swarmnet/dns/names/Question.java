package io.swarmnet.dns.names;

import io.swarmnet.model.net.IpAddress;

/**
 * A DNS question (RFC 1035 section 4.1.2).
 *
 * @param name in lower case, labels joined by dots, no final dot; empty for the root
 * @param type QTYPE, 0 to 65535
 * @param dnsClass QCLASS, 0 to 65535
 */
public record Question(String name, int type, int dnsClass) {
    public static final int TYPE_A = 1;
    public static final int TYPE_PTR = 12;
    public static final int TYPE_AAAA = 28;
    public static final int CLASS_IN = 1;
    public static final int CLASS_ANY = 255;

    private static final String V4_SUFFIX = ".in-addr.arpa";
    private static final String V6_SUFFIX = ".ip6.arpa";

    /** The address a reverse name stands for (RFC 1035 section 3.5, RFC 3596 section 2.5), or null when it is none. */
    public IpAddress reverseAddress() {
        if (name.endsWith(V4_SUFFIX)) {
            return reversed(
                    name.substring(0, name.length() - V4_SUFFIX.length()).split("\\.", -1), 4, 10, 3);
        }
        if (name.endsWith(V6_SUFFIX)) {
            return reversed(
                    name.substring(0, name.length() - V6_SUFFIX.length()).split("\\.", -1), 32, 16, 1);
        }
        return null;
    }

    private static IpAddress reversed(String[] labels, int count, int radix, int digitsMax) {
        if (labels.length != count) {
            return null;
        }
        byte[] bytes = new byte[count == 4 ? 4 : 16];
        for (int i = 0; i < count; i++) {
            String label = labels[count - 1 - i];
            int value = digits(label, radix, digitsMax);
            if (value < 0 || value > 255) {
                return null;
            }
            if (count == 4) {
                bytes[i] = (byte) value;
            } else {
                bytes[i / 2] |= (byte) (value << (i % 2 == 0 ? 4 : 0));
            }
        }
        return IpAddress.of(bytes);
    }

    private static int digits(String label, int radix, int digitsMax) {
        if (label.isEmpty() || label.length() > digitsMax) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < label.length(); i++) {
            int digit = label.charAt(i) < 128 ? Character.digit(label.charAt(i), radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
