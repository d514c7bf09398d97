package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.Row;
import io.swarmnet.model.id.EndpointId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changed records of one network that are still sent round, each a bounded number of times. Bounded: the oldest gives way. */
final class RecordQueue {
    private static final int MAX = 4_096;

    private static final class Entry {
        final Row row;
        int sends;

        Entry(Row row) {
            this.row = row;
        }
    }

    private final Map<EndpointId, Entry> entries = new LinkedHashMap<>();

    void add(Row row) {
        entries.remove(row.endpoint());
        if (entries.size() >= MAX) {
            // The digest heals what is not sent round to its end.
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(row.endpoint(), new Entry(row));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Takes rows up to the size, those sent least first, at least one when there is one. */
    List<Row> take(int bytesMax, int sendsMax) {
        List<Entry> order = new ArrayList<>(entries.values());
        order.sort((a, b) -> Integer.compare(a.sends, b.sends));
        List<Row> taken = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : order) {
            if (!taken.isEmpty() && bytes + entry.row.sizeBytes() > bytesMax) {
                break;
            }
            taken.add(entry.row);
            bytes += entry.row.sizeBytes();
            if (++entry.sends >= sendsMax) {
                entries.remove(entry.row.endpoint());
            }
        }
        return taken;
    }
}
