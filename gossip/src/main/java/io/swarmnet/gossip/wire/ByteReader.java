package io.swarmnet.gossip.wire;

import io.swarmnet.model.wire.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads what {@link ByteWriter} wrote. Never reads past its end, never allocates more than there is to read. */
final class ByteReader {
    private static final int ID_BYTES_MAX = 128;

    private final byte[] bytes;
    private final int end;
    private int position;

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    int u8() throws DecodeException {
        need(1);
        return bytes[position++] & 255;
    }

    long i64() throws DecodeException {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[position++] & 255;
        }
        return value;
    }

    long varint() throws DecodeException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new DecodeException("a number of more than 10 bytes");
    }

    /** How many things follow, each of which takes a byte at least. */
    int count() throws DecodeException {
        long count = varint();
        if (count < 0 || count > end - position) {
            throw new DecodeException(count + " things in " + (end - position) + " bytes");
        }
        return (int) count;
    }

    byte[] blob() throws DecodeException {
        int length = count();
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    /** A reader of the next blob alone. */
    ByteReader part() throws DecodeException {
        int length = count();
        ByteReader part = new ByteReader(bytes, position, position + length);
        position += length;
        return part;
    }

    String id() throws DecodeException {
        int length = u8();
        if (length == 0) {
            need(32);
            position += 32;
            return HexFormat.of().formatHex(bytes, position - 32, position);
        }
        if (length > ID_BYTES_MAX) {
            throw new DecodeException("an identifier of " + length + " bytes");
        }
        need(length);
        position += length;
        return new String(bytes, position - length, length, StandardCharsets.US_ASCII);
    }

    private void need(int count) throws DecodeException {
        if (end - position < count) {
            throw new DecodeException(count + " bytes wanted, " + (end - position) + " there");
        }
    }
}
