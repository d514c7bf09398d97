package io.swarmnet.model.record;

/** Whether an endpoint takes traffic: up, no new flows, or gone. */
public enum EndpointPhase {
    UP,
    DRAINING,
    DOWN
}
