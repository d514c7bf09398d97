package io.swarmnet.dns.wire;

import io.netty.buffer.ByteBuf;
import io.swarmnet.dns.names.Question;
import io.swarmnet.model.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes replies to a {@link Query}. The question is copied byte for byte, so its case comes back as it was sent (0x20), and
 * each record's name is a pointer to it. Flags are Docker's: {@code qr rd ra}, no {@code aa}. An OPT record comes back when
 * one came (RFC 6891; Docker leaves it out).
 */
public final class Reply {
    private static final int FLAG_QR = 0x8000;
    private static final int FLAG_TC = 0x0200;
    private static final int FLAG_RA = 0x0080;
    private static final int KEPT_FLAGS = 0x7910; // opcode, rd, cd
    private static final int POINTER_TO_QUESTION = 0xc00c;
    private static final int OPT_BYTES = 11;

    private Reply() {}

    /** Writes a reply without records; without the question too, when it could not be read. */
    public static void empty(ByteBuf out, ByteBuf message, Query query, int rcode) {
        header(out, message, query, rcode, 0);
        opt(out, query, rcode);
    }

    /**
     * Writes A or AAAA records, as many as fit; TC is set when not all did.
     *
     * @param bytesMax of the whole message
     */
    public static void addresses(
            ByteBuf out, ByteBuf message, Query query, List<IpAddress> addresses, int ttlSeconds, int bytesMax) {
        int start = out.writerIndex();
        int recordBytes = 12 + addresses.get(0).bits() / 8;
        int room = bytesMax - Query.HEADER_BYTES - query.questionLength() - (query.edns() ? OPT_BYTES : 0);
        int count = Math.min(addresses.size(), room / recordBytes);
        header(out, message, query, Rcode.NOERROR, count);
        for (int i = 0; i < count; i++) {
            IpAddress address = addresses.get(i);
            record(out, address.isV4() ? Question.TYPE_A : Question.TYPE_AAAA, ttlSeconds, address.bits() / 8);
            out.writeBytes(address.bytes());
        }
        if (count < addresses.size()) {
            out.setShort(start + 2, out.getShort(start + 2) | FLAG_TC);
        }
        opt(out, query, Rcode.NOERROR);
    }

    /** Writes one PTR record, or SERVFAIL when the target is no host name that fits into a message. */
    public static void pointer(ByteBuf out, ByteBuf message, Query query, String target, int ttlSeconds) {
        byte[] name = encode(target);
        if (name == null) {
            empty(out, message, query, Rcode.SERVFAIL);
            return;
        }
        header(out, message, query, Rcode.NOERROR, 1);
        record(out, Question.TYPE_PTR, ttlSeconds, name.length);
        out.writeBytes(name);
        opt(out, query, Rcode.NOERROR);
    }

    /** Writes a reply that says no more than: ask again over TCP. */
    public static void truncated(ByteBuf out, ByteBuf message, Query query) {
        int start = out.writerIndex();
        empty(out, message, query, Rcode.NOERROR);
        out.setShort(start + 2, out.getShort(start + 2) | FLAG_TC);
    }

    private static void header(ByteBuf out, ByteBuf message, Query query, int rcode, int answers) {
        out.writeShort(query.id());
        out.writeShort(FLAG_QR | FLAG_RA | query.flags() & KEPT_FLAGS | rcode & 15);
        out.writeShort(query.questionLength() > 0 ? 1 : 0);
        out.writeShort(answers);
        out.writeShort(0);
        out.writeShort(query.edns() ? 1 : 0);
        if (query.questionLength() > 0) {
            out.writeBytes(message, message.readerIndex() + Query.HEADER_BYTES, query.questionLength());
        }
    }

    private static void record(ByteBuf out, int type, int ttlSeconds, int dataLength) {
        out.writeShort(POINTER_TO_QUESTION);
        out.writeShort(type);
        out.writeShort(Question.CLASS_IN);
        out.writeInt(ttlSeconds);
        out.writeShort(dataLength);
    }

    private static void opt(ByteBuf out, Query query, int rcode) {
        if (query.edns()) {
            out.writeByte(0);
            out.writeShort(41);
            out.writeShort(Query.UDP_BYTES_MAX);
            out.writeByte(rcode >>> 4);
            out.writeByte(0);
            out.writeShort(0);
            out.writeShort(0);
        }
    }

    /** The wire form of a name without final dot; null when a label is empty or too long, or the name is. */
    private static byte[] encode(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length > 253) {
            return null;
        }
        byte[] wire = new byte[text.length + 2];
        int lengthAt = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '.') {
                int length = i - lengthAt;
                if (length < 1 || length > 63) {
                    return null;
                }
                wire[lengthAt] = (byte) length;
                lengthAt = i + 1;
            } else {
                wire[i + 1] = text[i];
            }
        }
        return wire;
    }
}
