package io.swarmnet.dns.wire;

import io.netty.buffer.ByteBuf;
import io.swarmnet.dns.names.Question;

/**
 * A query as it was read: enough to decide what to answer, and to write the answer.
 *
 * @param fault what is wrong with it, {@link Fault#NONE} for a good one
 * @param id to be given back
 * @param flags the second 16 bits of the header, as they came
 * @param question null unless it could be read
 * @param questionLength bytes of the question section, which begins at byte 12; 0 unless it could be read
 * @param edns whether there was an OPT record; if so the answer has one (RFC 6891 section 6.1.1)
 * @param udpBytesMax what the asker can take over UDP, 512 to {@value #UDP_BYTES_MAX}
 * @param ednsOptions whether the OPT record carried options (a cookie, say): such a query is like no other
 */
public record Query(
        Fault fault,
        int id,
        int flags,
        Question question,
        int questionLength,
        boolean edns,
        int udpBytesMax,
        boolean ednsOptions) {
    /** What is wrong with a query, and what is done about it. */
    public enum Fault {
        NONE,
        /** Less than a header, or an answer: no reply, or two servers could talk for ever. */
        NOT_A_QUERY,
        /** Cannot be read, or has not exactly one question: FORMERR. */
        MALFORMED,
        /** Not a standard query (opcode 0): NOTIMP. */
        OTHER_OPCODE,
        /** EDNS of a version above 0: BADVERS. */
        OTHER_EDNS_VERSION
    }

    public static final int HEADER_BYTES = 12;
    public static final int UDP_BYTES_DEFAULT = 512;
    /** The most we send over UDP; loopback does not fragment it. */
    public static final int UDP_BYTES_MAX = 4096;

    private static final int NAME_BYTES_MAX = 255;
    private static final int RECORDS_MAX = 16;
    private static final int TYPE_OPT = 41;
    private static final int FLAG_QR = 0x8000;
    private static final int FLAG_RD = 0x0100;
    private static final int FLAG_CD = 0x0010;

    public int opcode() {
        return flags >>> 11 & 15;
    }

    public boolean recursionDesired() {
        return (flags & FLAG_RD) != 0;
    }

    public boolean checkingDisabled() {
        return (flags & FLAG_CD) != 0;
    }

    /** Reads the message between the reader and the writer index; moves neither and never throws. */
    public static Query read(ByteBuf message) {
        int start = message.readerIndex();
        int end = message.writerIndex();
        if (end - start < HEADER_BYTES) {
            return faulty(Fault.NOT_A_QUERY, 0, 0);
        }
        int id = message.getUnsignedShort(start);
        int flags = message.getUnsignedShort(start + 2);
        if ((flags & FLAG_QR) != 0) {
            return faulty(Fault.NOT_A_QUERY, id, flags);
        }
        if ((flags >>> 11 & 15) != 0) {
            return faulty(Fault.OTHER_OPCODE, id, flags);
        }
        int records = message.getUnsignedShort(start + 6)
                + message.getUnsignedShort(start + 8)
                + message.getUnsignedShort(start + 10);
        if (message.getUnsignedShort(start + 4) != 1 || records > RECORDS_MAX) {
            return faulty(Fault.MALFORMED, id, flags);
        }
        StringBuilder name = new StringBuilder(64);
        int at = readName(message, start + HEADER_BYTES, end, name);
        if (at < 0 || at + 4 > end) {
            return faulty(Fault.MALFORMED, id, flags);
        }
        Question question =
                new Question(name.toString(), message.getUnsignedShort(at), message.getUnsignedShort(at + 2));
        return readRecords(message, at + 4, end, records, id, flags, question, at + 4 - start - HEADER_BYTES);
    }

    private static Query readRecords(
            ByteBuf message, int from, int end, int records, int id, int flags, Question question, int length) {
        int at = from;
        boolean edns = false;
        boolean options = false;
        int udpBytes = UDP_BYTES_DEFAULT;
        Fault fault = Fault.NONE;
        for (int i = 0; i < records; i++) {
            int fixed = skipName(message, at, end);
            if (fixed < 0 || fixed + 10 > end) {
                return faulty(Fault.MALFORMED, id, flags);
            }
            int dataLength = message.getUnsignedShort(fixed + 8);
            if (message.getUnsignedShort(fixed) == TYPE_OPT) {
                if (edns || fixed != at + 1) {
                    return faulty(Fault.MALFORMED, id, flags); // RFC 6891 6.1.1: one OPT, owned by the root
                }
                edns = true;
                options = dataLength > 0;
                udpBytes = Math.max(udpBytes, Math.min(UDP_BYTES_MAX, message.getUnsignedShort(fixed + 2)));
                fault = message.getUnsignedByte(fixed + 5) == 0 ? Fault.NONE : Fault.OTHER_EDNS_VERSION;
            }
            at = fixed + 10 + dataLength;
        }
        if (at > end) {
            return faulty(Fault.MALFORMED, id, flags);
        }
        return new Query(fault, id, flags, question, length, edns, udpBytes, options);
    }

    private static Query faulty(Fault fault, int id, int flags) {
        return new Query(fault, id, flags, null, 0, false, UDP_BYTES_DEFAULT, false);
    }

    /** Reads an uncompressed name in lower case; the index after it, or -1. A question has nothing to point back to. */
    private static int readName(ByteBuf message, int from, int end, StringBuilder name) {
        int at = from;
        while (at < end) {
            int length = message.getUnsignedByte(at++);
            if (length == 0) {
                return at - from <= NAME_BYTES_MAX ? at : -1;
            }
            if (length > 63 || at + length >= end || at + length - from > NAME_BYTES_MAX) {
                return -1;
            }
            if (name.length() > 0) {
                name.append('.');
            }
            for (int i = 0; i < length; i++) {
                char c = (char) message.getUnsignedByte(at + i);
                if (c == '.' || c == '\\') {
                    name.append('\\'); // a dot inside a label is no boundary (RFC 1035 section 5.1)
                }
                name.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
            }
            at += length;
        }
        return -1;
    }

    /** The index after a name that may end in a compression pointer, or -1. */
    static int skipName(ByteBuf message, int from, int end) {
        int at = from;
        while (at < end) {
            int length = message.getUnsignedByte(at++);
            if (length == 0) {
                return at;
            }
            if (length >= 0xc0) {
                return at < end ? at + 1 : -1;
            }
            if (length > 63) {
                return -1;
            }
            at += length;
        }
        return -1;
    }
}
