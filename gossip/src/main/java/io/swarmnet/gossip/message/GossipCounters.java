package io.swarmnet.gossip.message;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What gossip sent, got and dropped, since start. Read from any thread. */
public final class GossipCounters {
    private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);

    public final LongAdder datagramsSent = new LongAdder();
    public final LongAdder datagramsReceived = new LongAdder();
    public final LongAdder streamFramesSent = new LongAdder();
    public final LongAdder streamFramesReceived = new LongAdder();
    public final LongAdder bytesSent = new LongAdder();
    public final LongAdder bytesReceived = new LongAdder();
    public final LongAdder signaturesChecked = new LongAdder();
    /** Digests of a network that differed from a peer's: each was followed by a repair. */
    public final LongAdder digestsDiffering = new LongAdder();

    public GossipCounters() {
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, new LongAdder());
        }
    }

    public void drop(DropReason reason) {
        drops.get(reason).increment();
    }

    /** How often something was dropped for this reason. */
    public long dropped(DropReason reason) {
        return drops.get(reason).sum();
    }

    /** All reasons that occurred, with their counts. */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
        drops.forEach((reason, count) -> {
            if (count.sum() > 0) {
                counts.put(reason, count.sum());
            }
        });
        return counts;
    }
}
