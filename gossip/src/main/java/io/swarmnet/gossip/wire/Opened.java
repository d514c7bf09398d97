package io.swarmnet.gossip.wire;

import io.swarmnet.gossip.message.DropReason;

/** What was in an envelope. */
public sealed interface Opened {
    /** @param senderIndex authentic as far as the shared key goes: some node of the swarm made it */
    record Message(int senderIndex, byte[] bytes) implements Opened {}

    record Dropped(DropReason reason) implements Opened {}
}
