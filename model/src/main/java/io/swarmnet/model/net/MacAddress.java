package io.swarmnet.model.net;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;

/**
 * A 48-bit Ethernet address.
 *
 * @param bits the address in the low 48 bits
 */
public record MacAddress(long bits) {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    /** @throws IllegalArgumentException when a bit above 48 is set */
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits: " + Long.toHexString(bits));
        }
    }

    /** @throws IllegalArgumentException unless the text is six pairs of hexadecimal digits with colons */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static MacAddress parse(String text) {
        if (text == null || !text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException("invalid MAC address: " + text);
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    /** {@code 02:42:} and the four bytes of the IPv4 address, as Docker gives overlay endpoints. */
    public static MacAddress ofIpv4(IpAddress address) {
        if (!address.isV4()) {
            throw new IllegalArgumentException(address + " is not IPv4");
        }
        return new MacAddress(0x0242L << 32 | address.toNumber().longValueExact());
    }

    public byte[] bytes() {
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (bits >>> 40 - 8 * i);
        }
        return bytes;
    }

    @JsonValue
    @Override
    public String toString() {
        return COLONS.formatHex(bytes());
    }
}
