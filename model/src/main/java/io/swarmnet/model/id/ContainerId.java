package io.swarmnet.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A container: 64 characters of hexadecimal; the first 12 are its short id and default hostname. */
public record ContainerId(@JsonValue String value) implements Comparable<ContainerId> {
    /** @throws IllegalArgumentException when the text is not an identifier ({@link Ids#check}) */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ContainerId {
        Ids.check("ContainerId", value);
    }

    @Override
    public int compareTo(ContainerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
