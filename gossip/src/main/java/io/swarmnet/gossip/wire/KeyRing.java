package io.swarmnet.gossip.wire;

import io.swarmnet.model.object.GossipKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;

/**
 * Up to three keys. All of them open; the newest seals, but only some seconds after it came when there is an older one:
 * the managers' new ring reaches the nodes at different times, and none must hear what it cannot open.
 */
final class KeyRing {
    static final int MAX = 3;
    /** Longer than a ring takes to reach every node that has a session. */
    static final long SETTLE_MILLIS = 10_000;

    /** @param sealsFromMillis while an older key is there, this one does not seal before */
    record Key(int epoch, SecretKeySpec secret, GossipKey source, long sealsFromMillis) {}

    private List<Key> keys = List.of();

    /** @param ring newest last; of more than three the oldest are left out */
    void set(List<GossipKey> ring, long nowMillis) {
        Map<GossipKey, Key> known = new LinkedHashMap<>();
        keys.forEach(key -> known.put(key.source(), key));
        List<Key> next = new ArrayList<>();
        for (GossipKey key : ring.subList(Math.max(0, ring.size() - MAX), ring.size())) {
            if (key.secret().length != 16) {
                throw new IllegalArgumentException(
                        "gossip key " + key.epoch() + ": 16 bytes wanted, not " + key.secret().length);
            }
            Key old = known.get(key);
            next.add(
                    old != null
                            ? old
                            : new Key(
                                    key.epoch(),
                                    new SecretKeySpec(key.secret(), "AES"),
                                    key,
                                    nowMillis + SETTLE_MILLIS));
        }
        keys = List.copyOf(next);
    }

    /** The key that seals now, or null when there is none. */
    Key sealing(long nowMillis) {
        for (int i = keys.size() - 1; i > 0; i--) {
            if (keys.get(i).sealsFromMillis() <= nowMillis) {
                return keys.get(i);
            }
        }
        return keys.isEmpty() ? null : keys.get(0);
    }

    /** @param epoch low 16 bits */
    Key opening(int epoch) {
        for (int i = keys.size() - 1; i >= 0; i--) {
            if ((keys.get(i).epoch() & 0xffff) == epoch) {
                return keys.get(i);
            }
        }
        return null;
    }
}
