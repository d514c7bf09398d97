package io.swarmnet.model.net;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;

/**
 * A subnet in canonical form: no host bit is set.
 *
 * @param network its first address
 * @param prefixLength 0 to 32 or 128
 */
public record Subnet(IpAddress network, int prefixLength) implements Comparable<Subnet> {
    /** @throws IllegalArgumentException when the prefix is out of range or a host bit is set, in Docker's words */
    public Subnet {
        if (prefixLength < 0 || prefixLength > network.bits()) {
            throw new IllegalArgumentException("invalid CIDR address: " + network + "/" + prefixLength);
        }
        IpAddress first = mask(network, prefixLength);
        if (!first.equals(network)) {
            throw new IllegalArgumentException(
                    "invalid subnet " + network + "/" + prefixLength + ": it should be " + first + "/" + prefixLength);
        }
    }

    /** @throws IllegalArgumentException when the text is no CIDR or a host bit is set */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Subnet parse(String text) {
        CidrAddress cidr = CidrAddress.parse(text);
        return new Subnet(cidr.address(), cidr.prefixLength());
    }

    /** The subnet that holds the address. */
    public static Subnet containing(IpAddress address, int prefixLength) {
        return new Subnet(mask(address, prefixLength), prefixLength);
    }

    private static IpAddress mask(IpAddress address, int prefixLength) {
        byte[] bytes = address.bytes();
        for (int i = 0; i < bytes.length; i++) {
            int keep = Math.max(0, Math.min(8, prefixLength - 8 * i));
            bytes[i] &= (byte) (0xff << 8 - keep);
        }
        return IpAddress.of(bytes);
    }

    public boolean isV4() {
        return network.isV4();
    }

    public boolean contains(IpAddress address) {
        return address.bits() == network.bits() && mask(address, prefixLength).equals(network);
    }

    public boolean contains(Subnet other) {
        return other.prefixLength >= prefixLength && contains(other.network);
    }

    public boolean overlaps(Subnet other) {
        return contains(other.network) || other.contains(network);
    }

    /** How many addresses it has, network and broadcast included. */
    public BigInteger size() {
        return BigInteger.ONE.shiftLeft(network.bits() - prefixLength);
    }

    public IpAddress last() {
        return network.plus(size().subtract(BigInteger.ONE));
    }

    @Override
    public int compareTo(Subnet other) {
        int byNetwork = network.compareTo(other.network);
        return byNetwork != 0 ? byNetwork : Integer.compare(prefixLength, other.prefixLength);
    }

    @JsonValue
    @Override
    public String toString() {
        return network + "/" + prefixLength;
    }
}
