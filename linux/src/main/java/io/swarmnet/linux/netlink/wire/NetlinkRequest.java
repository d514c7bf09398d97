package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.LinkAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** A netlink message being written: header, family header, then attributes. Not thread-safe, used once. */
public final class NetlinkRequest {
    static final int HEADER_BYTES = 16;
    private static final int SEQUENCE_OFFSET = 8;

    private final int type;
    private final int flags;
    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    private NetlinkRequest(int type, int flags) {
        this.type = type;
        this.flags = flags;
        buffer.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(0)
                .putInt(0);
    }

    /** @param flags {@code NLM_F_*} of {@link Rtnl}; NLM_F_REQUEST is added */
    public static NetlinkRequest of(int type, int flags) {
        return new NetlinkRequest(type, flags | Rtnl.NLM_F_REQUEST);
    }

    public int type() {
        return type;
    }

    public int flags() {
        return flags;
    }

    /** {@code struct ifinfomsg}: flags are set only where {@code change} has their bit. */
    public NetlinkRequest ifinfo(int family, int index, int flags, int change) {
        room(16).put((byte) family)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(index)
                .putInt(flags)
                .putInt(change);
        return this;
    }

    /** {@code struct ifaddrmsg}. */
    public NetlinkRequest ifaddr(int family, int prefixBits, int flags, int scope, int index) {
        room(8).put((byte) family)
                .put((byte) prefixBits)
                .put((byte) flags)
                .put((byte) scope)
                .putInt(index);
        return this;
    }

    /** {@code struct rtmsg}; source prefix and type of service are zero. */
    public NetlinkRequest rtmsg(int family, int dstBits, int table, int protocol, int scope, int type, int flags) {
        room(12).put((byte) family).put((byte) dstBits).put((byte) 0).put((byte) 0);
        buffer.put((byte) table)
                .put((byte) protocol)
                .put((byte) scope)
                .put((byte) type)
                .putInt(flags);
        return this;
    }

    /** {@code struct ndmsg}. */
    public NetlinkRequest ndmsg(int family, int index, int state, int flags, int type) {
        room(12).put((byte) family).put((byte) 0).putShort((short) 0).putInt(index);
        buffer.putShort((short) state).put((byte) flags).put((byte) type);
        return this;
    }

    public NetlinkRequest put8(int attribute, int value) {
        return put(attribute, new byte[] {(byte) value});
    }

    public NetlinkRequest put8(int attribute, boolean value) {
        return put8(attribute, value ? 1 : 0);
    }

    public NetlinkRequest put16(int attribute, int value) {
        header(attribute, 2).putShort((short) value);
        return pad();
    }

    /** Network byte order, which ports have even inside netlink. */
    public NetlinkRequest putBe16(int attribute, int value) {
        return put(attribute, new byte[] {(byte) (value >>> 8), (byte) value});
    }

    public NetlinkRequest put32(int attribute, int value) {
        header(attribute, 4).putInt(value);
        return pad();
    }

    public NetlinkRequest put(int attribute, byte[] value) {
        header(attribute, value.length).put(value);
        return pad();
    }

    public NetlinkRequest put(int attribute, InetAddress value) {
        return put(attribute, value.getAddress());
    }

    public NetlinkRequest put(int attribute, LinkAddress value) {
        return put(attribute, value.bytes());
    }

    /** With the terminating zero that {@code NLA_NUL_STRING} asks for. */
    public NetlinkRequest putName(int attribute, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return put(attribute, Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** Without a terminating zero. */
    public NetlinkRequest putText(int attribute, String value) {
        return put(attribute, value.getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute that holds what the body writes, attributes or a header with attributes. */
    public NetlinkRequest nest(int attribute, Consumer<NetlinkRequest> body) {
        int start = buffer.position();
        header(attribute, 0);
        body.accept(this);
        buffer.putShort(start, (short) (buffer.position() - start));
        return this;
    }

    /** The finished message with its length and sequence number filled in. */
    public byte[] bytes(int sequence) {
        buffer.putInt(0, buffer.position());
        buffer.putInt(SEQUENCE_OFFSET, sequence);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer header(int attribute, int valueBytes) {
        return room(4 + valueBytes + 3).putShort((short) (4 + valueBytes)).putShort((short) attribute);
    }

    private NetlinkRequest pad() {
        while ((buffer.position() & 3) != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer wider = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes))
                    .order(ByteOrder.nativeOrder());
            wider.put(buffer.flip());
            buffer = wider;
        }
        return buffer;
    }
}
