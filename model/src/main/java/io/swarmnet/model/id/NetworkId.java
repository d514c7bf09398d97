package io.swarmnet.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A network: 25 characters of base 36 for swarm scope, 64 of hexadecimal for local scope. */
public record NetworkId(@JsonValue String value) implements Comparable<NetworkId> {
    /** @throws IllegalArgumentException when the text is not an identifier ({@link Ids#check}) */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public NetworkId {
        Ids.check("NetworkId", value);
    }

    @Override
    public int compareTo(NetworkId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
