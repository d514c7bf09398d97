package io.swarmnet.model.net;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A VXLAN network identifier, RFC 7348 section 5.
 *
 * @param value 0 to 2^24-1; those we choose begin at 4096 as Docker's do
 */
public record Vni(@JsonValue int value) implements Comparable<Vni> {
    public static final Vni FIRST = new Vni(4096);
    public static final int MAX = (1 << 24) - 1;

    /** @throws IllegalArgumentException when it does not fit 24 bits */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Vni {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException("a VNI is 0 to " + MAX + ", not " + value);
        }
    }

    @Override
    public int compareTo(Vni other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
