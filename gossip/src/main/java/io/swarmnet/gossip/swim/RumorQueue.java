package io.swarmnet.gossip.swim;

import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rumors that still spread, each sent a bounded number of times; the least sent goes first. At most one of a kind per
 * node, so it is bounded by the number of members.
 */
final class RumorQueue {
    private record Key(Class<?> kind, NodeId node) {}

    private static final class Entry {
        final Rumor rumor;
        int sends;

        Entry(Rumor rumor) {
            this.rumor = rumor;
        }
    }

    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    /** Replaces what was said about this node before. */
    void add(Rumor rumor) {
        Key key = new Key(rumor.getClass(), rumor.node());
        entries.remove(key);
        entries.put(key, new Entry(rumor));
    }

    void forget(NodeId node) {
        entries.keySet().removeIf(key -> key.node().equals(node));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /**
     * Takes rumors for one message.
     *
     * @param bytesMax one rumor that is larger still goes when {@code alone} and it is the first
     * @param sendsMax a rumor sent this often is dropped
     */
    List<Rumor> take(int bytesMax, int sendsMax, boolean alone) {
        List<Entry> order = new ArrayList<>(entries.values());
        order.sort(Comparator.comparingInt(entry -> entry.sends));
        List<Rumor> taken = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : order) {
            int size = entry.rumor.sizeBytes();
            if (bytes + size <= bytesMax || alone && taken.isEmpty()) {
                taken.add(entry.rumor);
                bytes += size;
                if (++entry.sends >= sendsMax) {
                    entries.remove(new Key(entry.rumor.getClass(), entry.rumor.node()));
                }
            }
        }
        return taken;
    }
}
