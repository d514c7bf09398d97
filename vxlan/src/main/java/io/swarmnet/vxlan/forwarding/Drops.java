package io.swarmnet.vxlan.forwarding;

import java.util.EnumMap;
import java.util.Map;

/** How many packets were dropped, by reason. Written by one event loop. */
public final class Drops {
    private static final DropReason[] REASONS = DropReason.values();

    private final long[] counts = new long[REASONS.length];

    public void count(DropReason reason) {
        counts[reason.ordinal()]++;
    }

    public long of(DropReason reason) {
        return counts[reason.ordinal()];
    }

    /** Those that occurred. */
    public Map<DropReason, Long> all() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : REASONS) {
            if (counts[reason.ordinal()] > 0) {
                all.put(reason, counts[reason.ordinal()]);
            }
        }
        return all;
    }
}
