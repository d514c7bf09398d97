package io.swarmnet.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A node: 25 characters of base 36, the CN of its certificate. It is the node's identity; its addresses are not. */
public record NodeId(@JsonValue String value) implements Comparable<NodeId> {
    /** @throws IllegalArgumentException when the text is not an identifier ({@link Ids#check}) */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public NodeId {
        Ids.check("NodeId", value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
