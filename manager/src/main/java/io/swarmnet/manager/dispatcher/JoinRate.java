package io.swarmnet.manager.dispatcher;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each source address may open a join connection: a bucket that holds one second's worth. Remembers a bounded
 * number of addresses and forgets the one that was quiet longest. Pure; belongs to one event loop.
 */
final class JoinRate {
    private static final class Bucket {
        double tokens;
        long filledMillis;
    }

    private final int perSecond;
    private final Map<String, Bucket> buckets;

    JoinRate(int perSecond, int maxAddresses) {
        this.perSecond = perSecond;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > maxAddresses;
            }
        };
    }

    boolean allows(String address, long nowMillis) {
        Bucket bucket = buckets.computeIfAbsent(address, key -> full(nowMillis));
        long passed = Math.max(0, nowMillis - bucket.filledMillis);
        bucket.tokens = Math.min(perSecond, bucket.tokens + passed * perSecond / 1000.0);
        bucket.filledMillis = nowMillis;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    int addresses() {
        return buckets.size();
    }

    private Bucket full(long nowMillis) {
        Bucket bucket = new Bucket();
        bucket.tokens = perSecond;
        bucket.filledMillis = nowMillis;
        return bucket;
    }
}
