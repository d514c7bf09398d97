package io.swarmnet.model.net;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An address with the length of its subnet's prefix, such as {@code 10.0.9.3/24}.
 *
 * @param prefixLength 0 to 32 or 128
 */
public record CidrAddress(IpAddress address, int prefixLength) {
    /** @throws IllegalArgumentException when the prefix is out of range */
    public CidrAddress {
        if (prefixLength < 0 || prefixLength > address.bits()) {
            throw new IllegalArgumentException("invalid CIDR address: " + address + "/" + prefixLength);
        }
    }

    /** @throws IllegalArgumentException when the text is no CIDR address */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static CidrAddress parse(String text) {
        int slash = text == null ? -1 : text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("invalid CIDR address: " + text);
        }
        return new CidrAddress(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public Subnet subnet() {
        return Subnet.containing(address, prefixLength);
    }

    @JsonValue
    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
