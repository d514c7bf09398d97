package io.swarmnet.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An endpoint, which joins one sandbox to one network: 64 characters of hexadecimal. */
public record EndpointId(@JsonValue String value) implements Comparable<EndpointId> {
    /** @throws IllegalArgumentException when the text is not an identifier ({@link Ids#check}) */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public EndpointId {
        Ids.check("EndpointId", value);
    }

    @Override
    public int compareTo(EndpointId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
