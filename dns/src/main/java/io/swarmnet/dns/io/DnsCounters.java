package io.swarmnet.dns.io;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each {@link DnsEvent} happened since start; counted on the event loop, read from any thread. */
public final class DnsCounters {
    private final Map<DnsEvent, LongAdder> counts = new EnumMap<>(DnsEvent.class);

    public DnsCounters() {
        for (DnsEvent event : DnsEvent.values()) {
            counts.put(event, new LongAdder());
        }
    }

    void count(DnsEvent event) {
        counts.get(event).increment();
    }

    public long of(DnsEvent event) {
        return counts.get(event).sum();
    }
}
