package io.swarmnet.manager.dispatcher;

import java.util.concurrent.atomic.LongAdder;

/** What happened on port 2377 since it opened. */
public final class PortCounters {
    final LongAdder joined = new LongAdder();
    final LongAdder sessions = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder garbage = new LongAdder();
    final LongAdder limited = new LongAdder();
    final LongAdder droppedUpdates = new LongAdder();

    /** Nodes that were given a certificate. */
    public long joined() {
        return joined.sum();
    }

    /** Sessions that were welcomed. */
    public long sessions() {
        return sessions.sum();
    }

    /** Connections and requests that were answered with a refusal, or closed without one. */
    public long refused() {
        return refused.sum();
    }

    /** Connections ended because what came was no message, or not one for this place. */
    public long garbage() {
        return garbage.sum();
    }

    /** Join connections turned away because there were too many. */
    public long limited() {
        return limited.sum();
    }

    /** Status updates that were thrown away: of tasks that are not the node's, or going backwards. */
    public long droppedUpdates() {
        return droppedUpdates.sum();
    }
}
