package io.swarmnet.dns.io;

import io.swarmnet.dns.wire.UpstreamReply;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Upstream replies for as long as their TTL says; the one not asked for longest goes first. Pure, one event loop. */
final class AnswerCache {
    private static final int REPLY_BYTES_MAX = 4096;

    private record Kept(UpstreamReply reply, long storedMillis, long untilMillis) {}

    private final long secondsMax;
    private final Map<ByteBuffer, Kept> kept;

    AnswerCache(int entriesMax, long secondsMax) {
        this.secondsMax = secondsMax;
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Kept> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /** The reply, addressed to this query and with its TTLs counted down; null when there is none. */
    byte[] find(ByteBuffer key, byte[] query, int questionLength, long nowMillis) {
        Kept hit = kept.get(key);
        if (hit == null) {
            return null;
        }
        if (nowMillis >= hit.untilMillis) {
            kept.remove(key);
            return null;
        }
        return hit.reply.copyFor(query, questionLength, (nowMillis - hit.storedMillis) / 1_000);
    }

    /** Keeps the reply if it may be kept. */
    void store(ByteBuffer key, UpstreamReply reply, long nowMillis) {
        long seconds = Math.min(secondsMax, reply.cacheableSeconds());
        if (seconds > 0 && reply.length() <= REPLY_BYTES_MAX) {
            kept.put(key, new Kept(reply, nowMillis, nowMillis + seconds * 1_000));
        }
    }

    void clear() {
        kept.clear();
    }

    int size() {
        return kept.size();
    }
}
