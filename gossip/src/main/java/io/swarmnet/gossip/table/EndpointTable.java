package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of one network: live rows, and withdrawn ones for a while, so that an older copy cannot bring them back. The
 * higher claim epoch holds, then the higher state version. Bounded in both.
 */
public final class EndpointTable {
    /** @param said the owner withdrew it; else it was dropped here, and only something newer may come again */
    private record Tombstone(Row row, boolean said, long untilMillis) {}

    private final NetworkId network;
    private final TableConfig config;
    private final Map<EndpointId, Row> live = new LinkedHashMap<>();
    private final Map<EndpointId, Tombstone> tombstones = new LinkedHashMap<>();
    private long digest;

    public EndpointTable(NetworkId network, TableConfig config) {
        this.network = network;
        this.config = config;
    }

    public NetworkId network() {
        return network;
    }

    /** Whether the row would change the table. */
    public boolean wants(Row row) {
        return isNewer(row.endpoint(), row.claim().epoch(), row.state().version());
    }

    /** Whether the table has nothing as new about the endpoint. */
    boolean isNewer(EndpointId endpoint, long epoch, long version) {
        Row known = newest(endpoint);
        return known == null
                || epoch > known.claim().epoch()
                || epoch == known.claim().epoch() && version > known.state().version();
    }

    /** @return false when the table holds as many live rows as it may, and this is one more */
    public boolean put(Row row, long nowMillis) {
        EndpointId endpoint = row.endpoint();
        if (row.isDown()) {
            remove(endpoint);
            bury(row, true, nowMillis);
            return true;
        }
        if (!live.containsKey(endpoint) && live.size() >= config.recordsMax()) {
            return false;
        }
        remove(endpoint);
        tombstones.remove(endpoint);
        live.put(endpoint, row);
        digest += part(row);
        return true;
    }

    /**
     * Drops the live rows of a node that is no member any more. The same rows may come back with it.
     *
     * @return what was dropped
     */
    public List<Row> forget(NodeId node) {
        List<Row> gone =
                live.values().stream().filter(row -> row.node().equals(node)).toList();
        gone.forEach(row -> remove(row.endpoint()));
        return gone;
    }

    /**
     * Drops the live rows of a node that holds the network no more. It has withdrawn them, though we did not hear it, so an
     * old copy of theirs must not bring them back.
     *
     * @return what was dropped
     */
    public List<Row> orphan(NodeId node, long nowMillis) {
        List<Row> gone = forget(node);
        gone.forEach(row -> bury(row, false, nowMillis));
        return gone;
    }

    /** The live row, or null. */
    public Row row(EndpointId endpoint) {
        return live.get(endpoint);
    }

    public Collection<Row> rows() {
        return live.values();
    }

    /** Equal for equal sets of live rows, however they came about. Withdrawn rows are forgotten at various times and left out. */
    public long digest() {
        return digest;
    }

    /** All that is known, withdrawn rows too: they must beat an older live copy. */
    public List<GossipMessage.Entry> summary() {
        List<GossipMessage.Entry> entries = new ArrayList<>(live.size() + tombstones.size());
        live.values().forEach(row -> entries.add(row.entry()));
        tombstones.values().stream()
                .filter(Tombstone::said)
                .forEach(tombstone -> entries.add(tombstone.row().entry()));
        return entries;
    }

    /**
     * Rows that are newer here than in another's summary. A withdrawn row that the other has never heard of is not among
     * them.
     */
    public List<Row> newerThan(List<GossipMessage.Entry> theirs) {
        Map<EndpointId, GossipMessage.Entry> known = new HashMap<>();
        theirs.forEach(entry -> known.put(entry.endpoint(), entry));
        List<Row> newer = new ArrayList<>();
        for (Row row : live.values()) {
            GossipMessage.Entry entry = known.get(row.endpoint());
            if (entry == null || row.isNewerThan(entry.epoch(), entry.version())) {
                newer.add(row);
            }
        }
        for (Tombstone tombstone : tombstones.values()) {
            GossipMessage.Entry entry = known.get(tombstone.row().endpoint());
            if (entry != null && tombstone.said() && tombstone.row().isNewerThan(entry.epoch(), entry.version())) {
                newer.add(tombstone.row());
            }
        }
        return newer;
    }

    /** Whether another's summary has something for us. */
    public boolean lacks(List<GossipMessage.Entry> theirs) {
        return theirs.stream()
                .anyMatch(entry -> (!entry.down() || live.containsKey(entry.endpoint()))
                        && isNewer(entry.endpoint(), entry.epoch(), entry.version()));
    }

    void forgetOldTombstones(long nowMillis) {
        tombstones.values().removeIf(tombstone -> tombstone.untilMillis() <= nowMillis);
    }

    int tombstones() {
        return tombstones.size();
    }

    private Row newest(EndpointId endpoint) {
        Row row = live.get(endpoint);
        if (row != null) {
            return row;
        }
        Tombstone tombstone = tombstones.get(endpoint);
        return tombstone == null ? null : tombstone.row();
    }

    private void remove(EndpointId endpoint) {
        Row old = live.remove(endpoint);
        if (old != null) {
            digest -= part(old);
        }
    }

    private void bury(Row row, boolean said, long nowMillis) {
        tombstones.remove(row.endpoint());
        if (tombstones.size() >= config.tombstonesMax()) {
            Iterator<EndpointId> oldest = tombstones.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        tombstones.put(row.endpoint(), new Tombstone(row, said, nowMillis + config.tombstoneMillis()));
    }

    private static long part(Row row) {
        long hash = 0xcbf29ce484222325L;
        String id = row.endpoint().value();
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        return mix(mix(hash + row.claim().epoch()) + row.state().version());
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
