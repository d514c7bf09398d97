package io.swarmnet.linux.netlink.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A message as lines that do not depend on the order of attributes, for comparing ours with another's. */
final class CanonicalRequest {
    private static final HexFormat HEX = HexFormat.of();

    private CanonicalRequest() {}

    static Map<String, String> of(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        Map<String, String> lines = new TreeMap<>();
        int type = in.getShort(4);
        lines.put("type", String.valueOf(type));
        lines.put("flags", Integer.toHexString(in.getShort(6)));
        int header =
                switch (type) {
                    case Rtnl.RTM_NEWADDR, Rtnl.RTM_DELADDR -> 8;
                    case Rtnl.RTM_NEWLINK, Rtnl.RTM_DELLINK, Rtnl.RTM_GETLINK -> 16;
                    default -> 12;
                };
        lines.put("header", HEX.formatHex(message, 16, 16 + header));
        attributes(
                lines,
                "",
                in.slice(16 + header, in.getInt(0) - 16 - header).order(ByteOrder.nativeOrder()),
                type <= 19);
        return lines;
    }

    private static void attributes(Map<String, String> lines, String path, ByteBuffer in, boolean link) {
        while (in.remaining() >= 4) {
            int start = in.position();
            int length = in.getShort() & 0xffff;
            int type = in.getShort() & Rtnl.NLA_TYPE_MASK;
            String here = path + "/" + type;
            int skip = nested(here, link, length - 4);
            if (skip >= 0) {
                ByteBuffer inner = in.slice(start + 4 + skip, length - 4 - skip).order(ByteOrder.nativeOrder());
                if (skip > 0) {
                    lines.put(
                            here + " header",
                            HEX.formatHex(
                                    in.array(), in.arrayOffset() + start + 4, in.arrayOffset() + start + 4 + skip));
                }
                attributes(lines, here, inner, link);
            } else {
                lines.put(
                        here,
                        HEX.formatHex(in.array(), in.arrayOffset() + start + 4, in.arrayOffset() + start + length));
            }
            in.position(Math.min(in.limit(), start + (length + 3 & ~3)));
        }
    }

    /** Bytes before the inner attributes, -1 for a plain value. */
    private static int nested(String path, boolean link, int bytes) {
        if (!link) {
            return -1;
        }
        return switch (path) {
            case "/18", "/18/2", "/18/5" -> 0;
            // VETH_INFO_PEER begins with a struct ifinfomsg; IFLA_VXLAN_ID has the same number and four bytes.
            case "/18/2/1" -> bytes >= 16 ? 16 : -1;
            default -> -1;
        };
    }
}
