package io.swarmnet.dns.wire;

import java.util.Arrays;

/**
 * A reply of somebody else's server, which we hand on and may keep for a while. Reading it finds out whether it is one, and
 * where its TTLs stand.
 */
public final class UpstreamReply {
    private static final int TYPE_SOA = 6;
    private static final int TYPE_OPT = 41;
    private static final int FLAG_QR = 0x80;
    private static final int FLAG_TC = 0x02;

    private final byte[] bytes;
    private final int[] ttlOffsets;
    private final long ttlSecondsMin;
    private final boolean soa;
    private final int answers;

    private UpstreamReply(byte[] bytes, int[] ttlOffsets, long ttlSecondsMin, boolean soa, int answers) {
        this.bytes = bytes;
        this.ttlOffsets = ttlOffsets;
        this.ttlSecondsMin = ttlSecondsMin;
        this.soa = soa;
        this.answers = answers;
    }

    /**
     * Whether the bytes answer the query: same id, QR set, same question in any case. An error may come without question
     * (RFC 1035 allows a server that could not read it no other).
     */
    public static boolean answers(byte[] reply, byte[] query, int questionLength) {
        if (reply.length < Query.HEADER_BYTES || reply[0] != query[0] || reply[1] != query[1]) {
            return false;
        }
        if ((reply[2] & FLAG_QR) == 0 || (reply[2] & 0x78) != (query[2] & 0x78)) {
            return false;
        }
        int questions = u16(reply, 4);
        if (questions == 0) {
            return rcode(reply) != Rcode.NOERROR && rcode(reply) != Rcode.NXDOMAIN;
        }
        int end = Query.HEADER_BYTES + questionLength;
        if (questions != 1 || reply.length < end) {
            return false;
        }
        for (int i = Query.HEADER_BYTES; i < end; i++) {
            if (lower(reply[i]) != lower(query[i])) {
                return false;
            }
        }
        return true;
    }

    /** The lower four bits of the response code; the message must have a header. */
    public static int rcode(byte[] reply) {
        return reply[3] & 15;
    }

    public static boolean truncated(byte[] reply) {
        return (reply[2] & FLAG_TC) != 0;
    }

    /** Reads the records of a reply that {@link #answers} its query; null when they are malformed. */
    public static UpstreamReply read(byte[] reply, int questionLength) {
        int records = u16(reply, 6) + u16(reply, 8) + u16(reply, 10);
        int at = Query.HEADER_BYTES + (u16(reply, 4) == 0 ? 0 : questionLength);
        // A record takes 11 bytes at least: a count that cannot be true costs no memory.
        if (records > reply.length / 11) {
            return null;
        }
        int[] offsets = new int[records];
        int found = 0;
        long ttlMin = Integer.MAX_VALUE;
        boolean soa = false;
        for (int i = 0; i < records; i++) {
            int fixed = skipName(reply, at);
            if (fixed < 0 || fixed + 10 > reply.length) {
                return null;
            }
            int next = fixed + 10 + u16(reply, fixed + 8);
            if (next > reply.length) {
                return null;
            }
            int type = u16(reply, fixed);
            if (type != TYPE_OPT) {
                offsets[found++] = fixed + 4;
                ttlMin = Math.min(ttlMin, ttl(reply, fixed + 4));
            }
            if (type == TYPE_SOA && next - fixed >= 14) {
                soa = true;
                ttlMin = Math.min(ttlMin, ttl(reply, next - 4)); // RFC 2308 section 5: SOA.MINIMUM bounds a denial
            }
            at = next;
        }
        return new UpstreamReply(reply, Arrays.copyOf(offsets, found), ttlMin, soa, u16(reply, 6));
    }

    /**
     * For how long others may be given it: the least TTL, 0 when it must not be kept (an error, truncated, nothing in it
     * that says how long a denial holds).
     */
    public long cacheableSeconds() {
        boolean denial = rcode(bytes) == Rcode.NXDOMAIN || answers == 0;
        boolean lasting = rcode(bytes) == Rcode.NOERROR || rcode(bytes) == Rcode.NXDOMAIN;
        return !lasting || truncated(bytes) || denial && !soa || ttlOffsets.length == 0 ? 0 : ttlSecondsMin;
    }

    public int length() {
        return bytes.length;
    }

    /** A copy with the asker's id and spelling of the question, and TTLs that many seconds lower. */
    public byte[] copyFor(byte[] query, int questionLength, long ageSeconds) {
        byte[] copy = addressed(bytes, query, questionLength);
        for (int offset : ttlOffsets) {
            long left = Math.max(0, ttl(copy, offset) - ageSeconds);
            copy[offset] = (byte) (left >>> 24);
            copy[offset + 1] = (byte) (left >>> 16);
            copy[offset + 2] = (byte) (left >>> 8);
            copy[offset + 3] = (byte) left;
        }
        return copy;
    }

    /** A copy of any reply that {@link #answers} a like query, with this asker's id and spelling of the question. */
    public static byte[] addressed(byte[] reply, byte[] query, int questionLength) {
        byte[] copy = reply.clone();
        copy[0] = query[0];
        copy[1] = query[1];
        if (u16(copy, 4) == 1) {
            System.arraycopy(query, Query.HEADER_BYTES, copy, Query.HEADER_BYTES, questionLength);
        }
        return copy;
    }

    /** RFC 2181 section 8: a TTL with the top bit set is 0. */
    private static long ttl(byte[] bytes, int at) {
        long ttl = (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
        return ttl > Integer.MAX_VALUE ? 0 : ttl;
    }

    private static int skipName(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length) {
            int length = bytes[at++] & 255;
            if (length == 0) {
                return at;
            }
            if (length >= 0xc0) {
                return at + 1;
            }
            if (length > 63) {
                return -1;
            }
            at += length;
        }
        return -1;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 255) << 8 | bytes[at + 1] & 255;
    }
}
