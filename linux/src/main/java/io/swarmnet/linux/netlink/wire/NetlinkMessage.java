package io.swarmnet.linux.netlink.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One received message.
 *
 * @param payload what follows the 16-byte header, native order, position 0; a copy that outlives the receive buffer
 */
public record NetlinkMessage(int type, int flags, int sequence, int port, ByteBuffer payload) {
    /** Cuts a received datagram into messages; stops at the first one whose length cannot be, and counts it. */
    public static List<NetlinkMessage> split(ByteBuffer datagram, DecodeErrors errors) {
        ByteBuffer in = datagram.duplicate().order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        while (in.remaining() > 0) {
            int start = in.position();
            if (in.remaining() < NetlinkRequest.HEADER_BYTES) {
                errors.badMessage();
                break;
            }
            int length = in.getInt();
            if (length < NetlinkRequest.HEADER_BYTES || length > in.limit() - start) {
                errors.badMessage();
                break;
            }
            int type = in.getShort() & 0xffff;
            int flags = in.getShort() & 0xffff;
            int sequence = in.getInt();
            int port = in.getInt();
            byte[] payload = new byte[length - NetlinkRequest.HEADER_BYTES];
            in.get(payload);
            messages.add(new NetlinkMessage(
                    type, flags, sequence, port, ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder())));
            in.position(Math.min(in.limit(), start + (length + 3 & ~3)));
        }
        return messages;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The payload from an offset on; empty if it is shorter. */
    public ByteBuffer payloadFrom(int offset) {
        ByteBuffer from = payload.duplicate().order(ByteOrder.nativeOrder());
        from.position(Math.min(offset, from.limit()));
        return from.slice().order(ByteOrder.nativeOrder());
    }

    /** For NLMSG_ERROR and NLMSG_DONE: the positive error number, 0 for success. */
    public int errno() {
        return payload.remaining() < 4 ? 0 : -payload.getInt(0);
    }

    /** For NLMSG_ERROR: the kernel's sentence about it, empty if it gave none. */
    public String errorText(DecodeErrors errors) {
        if (!has(Rtnl.NLM_F_ACK_TLVS) || payload.remaining() < 4 + NetlinkRequest.HEADER_BYTES) {
            return "";
        }
        int request = has(Rtnl.NLM_F_CAPPED) ? NetlinkRequest.HEADER_BYTES : payload.getInt(4);
        if (request < 0 || request > payload.remaining()) {
            errors.badMessage();
            return "";
        }
        return Attributes.parse(payloadFrom(4 + (request + 3 & ~3)), errors).text(Rtnl.NLMSGERR_ATTR_MSG, "");
    }
}
