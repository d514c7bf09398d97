package io.swarmnet.gossip.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Grows as it is written. Big-endian; counts are LEB128. */
final class ByteWriter {
    private byte[] bytes = new byte[256];
    private int size;

    ByteWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    ByteWriter i64(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            u8((int) (value >>> shift));
        }
        return this;
    }

    /** Unsigned LEB128: 1 to 10 bytes. */
    ByteWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    ByteWriter blob(byte[] value) {
        varint(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** An identifier of 1 to 128 ASCII characters; 64 of hexadecimal take 33 bytes. */
    ByteWriter id(String value) {
        if (value.length() == 64 && value.matches("[0-9a-f]{64}")) {
            u8(0);
            byte[] packed = HexFormat.of().parseHex(value);
            room(packed.length);
            System.arraycopy(packed, 0, bytes, size, packed.length);
            size += packed.length;
            return this;
        }
        byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length < 1 || ascii.length > 128) {
            throw new IllegalArgumentException("an identifier has 1 to 128 characters, not " + ascii.length);
        }
        u8(ascii.length);
        room(ascii.length);
        System.arraycopy(ascii, 0, bytes, size, ascii.length);
        size += ascii.length;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
