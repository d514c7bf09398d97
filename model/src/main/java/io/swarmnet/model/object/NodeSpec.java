package io.swarmnet.model.object;

import java.util.Map;

/** What the user wants of a node. */
public record NodeSpec(String name, Map<String, String> labels, NodeRole role, NodeAvailability availability) {}
