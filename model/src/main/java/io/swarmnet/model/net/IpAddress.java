package io.swarmnet.model.net;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** An IPv4 or IPv6 address. Parsing takes literals only and never asks a name server. Immutable. */
public final class IpAddress implements Comparable<IpAddress> {
    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException unless there are 4 or 16 bytes */
    public static IpAddress of(byte... bytes) {
        if (bytes.length != 4 && bytes.length != 16) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length);
        }
        return new IpAddress(bytes.clone());
    }

    public static IpAddress of(InetAddress address) {
        return new IpAddress(address.getAddress());
    }

    /**
     * Reads a literal such as {@code 10.0.9.2} or {@code fd00::2}.
     *
     * @throws IllegalArgumentException when it is none
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static IpAddress parse(String literal) {
        if (literal != null && literal.indexOf(':') < 0) {
            return new IpAddress(parseV4(literal));
        }
        // A text of hexadecimal digits, dots and colons that has a colon is never looked up by InetAddress.
        if (literal != null && literal.length() <= 45 && literal.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            try {
                byte[] bytes = InetAddress.getByName(literal).getAddress();
                return new IpAddress(bytes.length == 16 ? bytes : mapped(bytes));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("invalid IP address: " + literal, e);
            }
        }
        throw new IllegalArgumentException("invalid IP address: " + literal);
    }

    private static byte[] parseV4(String literal) {
        String[] parts = literal.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != 4) {
            throw new IllegalArgumentException("invalid IP address: " + literal);
        }
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            boolean leadingZero = part.length() > 1 && part.charAt(0) == '0';
            if (!part.matches("[0-9]{1,3}") || leadingZero || Integer.parseInt(part) > 255) {
                throw new IllegalArgumentException("invalid IP address: " + literal);
            }
            bytes[i] = (byte) Integer.parseInt(part);
        }
        return bytes;
    }

    private static byte[] mapped(byte[] v4) {
        byte[] bytes = new byte[16];
        bytes[10] = (byte) 0xff;
        bytes[11] = (byte) 0xff;
        System.arraycopy(v4, 0, bytes, 12, 4);
        return bytes;
    }

    public boolean isV4() {
        return bytes.length == 4;
    }

    /** 32 or 128. */
    public int bits() {
        return bytes.length * 8;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public InetAddress toInet() {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }

    public BigInteger toNumber() {
        return new BigInteger(1, bytes);
    }

    /**
     * The address {@code offset} further on.
     *
     * @throws IllegalArgumentException when that lies outside the family
     */
    public IpAddress plus(BigInteger offset) {
        BigInteger sum = toNumber().add(offset);
        if (sum.signum() < 0 || sum.bitLength() > bits()) {
            throw new IllegalArgumentException(this + " plus " + offset + " is no address");
        }
        byte[] raw = sum.toByteArray();
        byte[] next = new byte[bytes.length];
        int length = Math.min(raw.length, next.length);
        System.arraycopy(raw, raw.length - length, next, next.length - length, length);
        return new IpAddress(next);
    }

    public IpAddress plus(long offset) {
        return plus(BigInteger.valueOf(offset));
    }

    @Override
    public int compareTo(IpAddress other) {
        int byFamily = Integer.compare(bytes.length, other.bytes.length);
        return byFamily != 0 ? byFamily : Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The literal; IPv6 in the short form of RFC 5952. */
    @JsonValue
    @Override
    public String toString() {
        if (isV4()) {
            return (bytes[0] & 255) + "." + (bytes[1] & 255) + "." + (bytes[2] & 255) + "." + (bytes[3] & 255);
        }
        return Ipv6Text.of(bytes);
    }
}
