package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of a message or of a nest, by type; of a repeated one the last. Values of the wrong size count as absent. */
public final class Attributes {
    private final Map<Integer, byte[]> values;
    private final DecodeErrors errors;

    private Attributes(Map<Integer, byte[]> values, DecodeErrors errors) {
        this.values = values;
        this.errors = errors;
    }

    /** Reads up to the end, or to the first attribute whose length cannot be, which is counted. */
    public static Attributes parse(ByteBuffer in, DecodeErrors errors) {
        Map<Integer, byte[]> values = new LinkedHashMap<>();
        while (in.remaining() >= 4) {
            int start = in.position();
            int length = in.getShort() & 0xffff;
            int type = in.getShort() & Rtnl.NLA_TYPE_MASK;
            if (length < 4 || length > in.limit() - start) {
                errors.badAttribute();
                break;
            }
            byte[] value = new byte[length - 4];
            in.get(value);
            values.put(type, value);
            in.position(Math.min(in.limit(), start + (length + 3 & ~3)));
        }
        return new Attributes(values, errors);
    }

    public boolean has(int type) {
        return values.containsKey(type);
    }

    /** The raw values by type, in order of arrival; the arrays are the caller's to read only. */
    public Map<Integer, byte[]> raw() {
        return values;
    }

    /** The attributes inside one; empty if it is absent. */
    public Attributes nest(int type) {
        byte[] value = values.get(type);
        return parse(
                value == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()), errors);
    }

    public int u8(int type, int absent) {
        byte[] value = sized(type, 1);
        return value == null ? absent : value[0] & 0xff;
    }

    public boolean flag(int type, boolean absent) {
        return u8(type, absent ? 1 : 0) != 0;
    }

    public int u16(int type, int absent) {
        byte[] value = sized(type, 2);
        return value == null
                ? absent
                : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getShort() & 0xffff;
    }

    public int be16(int type, int absent) {
        byte[] value = sized(type, 2);
        return value == null ? absent : ByteBuffer.wrap(value).getShort() & 0xffff;
    }

    public int u32(int type, int absent) {
        byte[] value = sized(type, 4);
        return value == null
                ? absent
                : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }

    /** UTF-8 up to the first zero. */
    public String text(int type, String absent) {
        byte[] value = values.get(type);
        if (value == null) {
            return absent;
        }
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    /** An IPv4 or IPv6 address by its size. */
    public Optional<InetAddress> ip(int type) {
        byte[] value = values.get(type);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(value));
        } catch (UnknownHostException e) {
            errors.badAttribute();
            return Optional.empty();
        }
    }

    /** A 48-bit address; tunnels have link addresses of 4 or 16 bytes, which are none here. */
    public Optional<LinkAddress> link(int type) {
        byte[] value = values.get(type);
        return value == null || value.length != LinkAddress.BYTES
                ? Optional.empty()
                : Optional.of(LinkAddress.of(value));
    }

    private byte[] sized(int type, int bytes) {
        byte[] value = values.get(type);
        if (value == null) {
            return null;
        }
        if (value.length != bytes) {
            errors.badAttribute();
            return null;
        }
        return value;
    }
}
