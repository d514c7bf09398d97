package io.swarmnet.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A service: 25 characters of base 36. */
public record ServiceId(@JsonValue String value) implements Comparable<ServiceId> {
    /** @throws IllegalArgumentException when the text is not an identifier ({@link Ids#check}) */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ServiceId {
        Ids.check("ServiceId", value);
    }

    @Override
    public int compareTo(ServiceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
