package io.swarmnet.linux.packet;

import io.swarmnet.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An array of {@code struct mmsghdr}, each with one piece of memory and room for one socket address. */
final class MessageVector {
    /** {@code struct sockaddr_in6}, the longest we use. */
    static final int NAME_BYTES_MAX = 28;

    private static final int HEADER_BYTES = 64;
    private static final int NAME_LENGTH_AT = 8;
    private static final int PIECES_AT = 16;
    private static final int PIECE_COUNT_AT = 24;
    private static final int FLAGS_AT = 48;
    private static final int LENGTH_AT = 56;
    private static final int PIECE_BYTES = 16;
    private static final int NAME_STRIDE = 32;

    private final PacketMemory memory;
    private final PacketMemory own;
    private final ByteBuffer fields;
    private final int pieces;
    private final int names;

    MessageVector(PacketMemory memory, int entries) {
        this.memory = memory;
        pieces = entries * HEADER_BYTES;
        names = pieces + entries * PIECE_BYTES;
        own = new PacketMemory(names + entries * NAME_STRIDE);
        fields = own.buffer().duplicate().order(ByteOrder.nativeOrder());
        for (int i = 0; i < entries; i++) {
            int header = i * HEADER_BYTES;
            fields.putLong(header + PIECES_AT, own.address() + pieces + i * PIECE_BYTES);
            fields.putLong(header + PIECE_COUNT_AT, 1);
        }
    }

    void piece(int entry, int offset, int bytes) {
        memory.check(offset, bytes);
        fields.putLong(pieces + entry * PIECE_BYTES, memory.address() + offset);
        fields.putLong(pieces + entry * PIECE_BYTES + 8, bytes);
    }

    void name(int entry, byte[] socketAddress) {
        int at = names + entry * NAME_STRIDE;
        fields.put(at, socketAddress);
        fields.putLong(entry * HEADER_BYTES, own.address() + at);
        fields.putInt(entry * HEADER_BYTES + NAME_LENGTH_AT, socketAddress.length);
    }

    int length(int entry) {
        return fields.getInt(entry * HEADER_BYTES + LENGTH_AT);
    }

    boolean truncated(int entry) {
        return (fields.getInt(entry * HEADER_BYTES + FLAGS_AT) & Libc.MSG_TRUNC) != 0;
    }

    long address(int entry) {
        return own.address() + (long) entry * HEADER_BYTES;
    }
}
