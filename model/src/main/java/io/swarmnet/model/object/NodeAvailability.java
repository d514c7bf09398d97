package io.swarmnet.model.object;

/** Whether the scheduler gives a node new tasks (active), leaves it those it has (pause), or takes them away (drain). */
public enum NodeAvailability {
    ACTIVE,
    PAUSE,
    DRAIN
}
