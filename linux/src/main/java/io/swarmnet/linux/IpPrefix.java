package io.swarmnet.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP address with a prefix length; host bits are kept, so it names an interface address as well as a subnet.
 *
 * @param lengthBits 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record IpPrefix(InetAddress address, int lengthBits) {
    public IpPrefix {
        if (lengthBits < 0 || lengthBits > address.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    "Prefix length out of range: " + address.getHostAddress() + "/" + lengthBits);
        }
    }

    /** Parses {@code 10.0.9.2/24} or {@code fd00::2/64}; without a slash the prefix is the whole address. No name look-up. */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        // A literal only: InetAddress would ask the resolver about anything else.
        if (host.isEmpty() || !host.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("Not an IP prefix: " + text);
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            int bits = slash < 0 ? address.getAddress().length * 8 : Integer.parseInt(text.substring(slash + 1));
            return new IpPrefix(address, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("Not an IP prefix: " + text, e);
        }
    }

    /** The same prefix with its host bits cleared. */
    public IpPrefix network() {
        byte[] octets = address.getAddress();
        for (int bit = lengthBits; bit < octets.length * 8; bit++) {
            octets[bit >>> 3] &= (byte) ~(0x80 >>> (bit & 7));
        }
        try {
            return new IpPrefix(InetAddress.getByAddress(octets), lengthBits);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address lost its length: " + this, e);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + lengthBits;
    }
}
