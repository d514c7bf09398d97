package io.swarmnet.linux;

import java.net.Inet4Address;

/**
 * A 48-bit link-layer (MAC) address.
 *
 * @param value the six octets as a number, first octet highest, 0 to 2^48-1
 */
public record LinkAddress(long value) implements Comparable<LinkAddress> {
    public static final int BYTES = 6;
    /** The all-zero address, which a vxlan FDB uses for its default destinations. */
    public static final LinkAddress ZERO = new LinkAddress(0);

    public LinkAddress {
        if (value < 0 || value >>> 48 != 0) {
            throw new IllegalArgumentException("Not a 48-bit link address: " + value);
        }
    }

    /** From exactly six octets in wire order. */
    public static LinkAddress of(byte[] octets) {
        if (octets.length != BYTES) {
            throw new IllegalArgumentException("A link address has 6 octets, not " + octets.length);
        }
        long value = 0;
        for (byte octet : octets) {
            value = value << 8 | octet & 0xff;
        }
        return new LinkAddress(value);
    }

    /** From six hexadecimal octets separated by colons. */
    public static LinkAddress parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != BYTES) {
            throw new IllegalArgumentException("Not a link address: " + text);
        }
        byte[] octets = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            try {
                int octet = Integer.parseInt(parts[i], 16);
                if (octet < 0 || octet > 0xff) {
                    throw new NumberFormatException();
                }
                octets[i] = (byte) octet;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("Not a link address: " + text, e);
            }
        }
        return of(octets);
    }

    /** The address Docker's overlay gives an endpoint: {@code 02:42} and the four octets of its IPv4 address. */
    public static LinkAddress ofIpv4(Inet4Address address) {
        byte[] ip = address.getAddress();
        return of(new byte[] {0x02, 0x42, ip[0], ip[1], ip[2], ip[3]});
    }

    /** The six octets in wire order, a fresh array. */
    public byte[] bytes() {
        byte[] octets = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            octets[i] = (byte) (value >>> 8 * (BYTES - 1 - i));
        }
        return octets;
    }

    @Override
    public int compareTo(LinkAddress other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        byte[] b = bytes();
        return String.format("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    }
}
