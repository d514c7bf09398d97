package io.swarmnet.vxlan.forwarding;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The same decisions by the plainest means: copies, maps of texts, one check after the other. */
final class ReferenceForwarder {
    private static final HexFormat HEX = HexFormat.of();

    private final int vni;
    private final int mtu;
    private final Map<String, String> vtepByMac = new HashMap<>();
    private final Map<String, String> macByIp = new HashMap<>();

    ReferenceForwarder(int vni, int mtu) {
        this.vni = vni;
        this.mtu = mtu;
    }

    void add(PeerTable.Peer peer) {
        vtepByMac.put(hex(peer.mac()), peer.vtep().toString());
        peer.addresses().forEach(ip -> macByIp.put(HEX.formatHex(ip.bytes()), hex(peer.mac())));
    }

    private static String hex(MacAddress mac) {
        return HEX.formatHex(mac.bytes());
    }

    List<String> fromPort(byte[] frame) {
        String refused = refusal(frame);
        if (refused != null) {
            return List.of(refused);
        }
        if (frame.length > 14 + mtu) {
            return drop(DropReason.FRAME_TOO_BIG);
        }
        if (u16(frame, 12) == 0x0806) {
            return arp(frame);
        }
        if (frame.length >= 78
                && u16(frame, 12) == 0x86dd
                && frame[14] >> 4 == 6
                && frame[20] == 58
                && u8(frame, 54) == 135) {
            return solicitation(frame);
        }
        String destination = part(frame, 0, 6);
        boolean group = frame[0] % 2 != 0;
        List<String> all = new ArrayList<>();
        for (String vtep : group ? new TreeSet<>(vtepByMac.values()) : new TreeSet<String>()) {
            all.add("vtep " + vtep + " " + packet(frame));
        }
        if (group) {
            return all.isEmpty() ? drop(DropReason.NO_VTEP) : all;
        }
        String vtep = vtepByMac.get(destination);
        return vtep == null ? drop(DropReason.UNKNOWN_UNICAST) : List.of("vtep " + vtep + " " + packet(frame));
    }

    private String packet(byte[] frame) {
        return String.format("08000000%06x00", vni) + HEX.formatHex(frame);
    }

    private List<String> arp(byte[] frame) {
        if (frame.length < 42 || !part(frame, 14, 8).equals("0001080006040001")) {
            return drop(DropReason.NEIGHBOUR_NOT_ASKED);
        }
        String senderMac = part(frame, 22, 6);
        String senderIp = part(frame, 28, 4);
        String targetIp = part(frame, 38, 4);
        if (senderIp.equals(targetIp)) {
            return drop(DropReason.NEIGHBOUR_NOT_ASKED);
        }
        String mac = macByIp.get(targetIp);
        if (mac == null || mac.equals(senderMac)) {
            return drop(DropReason.NEIGHBOUR_UNKNOWN);
        }
        return plain(part(frame, 6, 6) + mac + "0806" + "0001080006040002" + mac + targetIp + senderMac + senderIp);
    }

    private List<String> solicitation(byte[] frame) {
        int length = u16(frame, 18);
        boolean valid = length >= 24
                && 54 + length <= frame.length
                && u8(frame, 21) == 255
                && frame[55] == 0
                && u8(frame, 62) != 0xff
                && sum(icmp(frame, length)) == 0xffff;
        for (int at = 78; valid && at < 54 + length; ) {
            int units = at + 1 < 54 + length ? u8(frame, at + 1) : 0;
            valid = units > 0 && at + 8 * units <= 54 + length;
            at += 8 * units;
        }
        if (!valid) {
            return drop(DropReason.NEIGHBOUR_NOT_ASKED);
        }
        String target = part(frame, 62, 16);
        String asker = part(frame, 22, 16);
        String mac = macByIp.get(target);
        if (mac == null || mac.equals(part(frame, 6, 6))) {
            return drop(DropReason.NEIGHBOUR_UNKNOWN);
        }
        boolean nobody = asker.equals("0".repeat(32));
        String to = nobody ? "ff020000000000000000000000000001" : asker;
        String flags = nobody ? "20000000" : "60000000";
        String head = part(frame, 14, 4) + "0020" + "3aff" + target + to;
        byte[] blank =
                HEX.parseHex(part(frame, 6, 6) + mac + "86dd" + head + "8800" + "0000" + flags + target + "0201" + mac);
        int checksum = ~sum(icmp(blank, 32)) & 0xffff;
        blank[56] = (byte) (checksum >> 8);
        blank[57] = (byte) checksum;
        return plain(HEX.formatHex(blank));
    }

    /** What an ICMPv6 checksum is over. */
    private static byte[] icmp(byte[] frame, int length) {
        String pseudo = part(frame, 22, 32) + String.format("%08x%08x", length, 58);
        return HEX.parseHex(pseudo + part(frame, 54, length));
    }

    List<String> fromVtep(byte[] payload) {
        if (payload.length < 8) {
            return drop(DropReason.SHORT_PAYLOAD);
        }
        if ((payload[0] & 8) == 0) {
            return drop(DropReason.NO_VNI_FLAG);
        }
        if ((u16(payload, 4) << 8 | u8(payload, 6)) != vni) {
            return drop(DropReason.UNKNOWN_VNI);
        }
        byte[] frame = Arrays.copyOfRange(payload, 8, payload.length);
        String refused = refusal(frame);
        if (refused != null) {
            return List.of(refused);
        }
        if (vtepByMac.containsKey(part(frame, 0, 6))) {
            return drop(DropReason.SPLIT_HORIZON);
        }
        String header = header(frame);
        return header == null ? drop(DropReason.FRAME_TOO_BIG) : List.of("port " + header + HEX.formatHex(frame));
    }

    /** The virtio header, or null if the frame is too long for the port. */
    private String header(byte[] frame) {
        boolean big = frame.length - 14 > mtu;
        int[] transport = transport(frame);
        if (transport != null) {
            int protocol = transport[0];
            int at = transport[1];
            int bytes = transport[2];
            boolean v4 = u16(frame, 12) == 0x0800;
            int field = protocol == 6 ? 16 : 6;
            boolean longEnough = bytes >= (protocol == 6 ? 20 : 8);
            String addresses = v4 ? part(frame, 26, 8) : part(frame, 22, 32);
            int pseudo = sum(HEX.parseHex(addresses + String.format("%08x%08x", protocol, bytes)));
            if (longEnough && u16(frame, at + field) == pseudo) {
                if (!big) {
                    return "0100" + "0000" + "0000" + little(at) + little(field);
                }
                int tcp = protocol == 6 ? (u8(frame, at + 12) >> 4) * 4 : 0;
                int segment = mtu - (at - 14) - tcp;
                if (protocol == 6 && tcp >= 20 && tcp < bytes && segment > 0) {
                    int type = (v4 ? 1 : 4) + (u8(frame, at + 13) >= 128 ? 128 : 0);
                    return String.format("01%02x", type)
                            + little(at + tcp)
                            + little(segment)
                            + little(at)
                            + little(field);
                }
            }
        }
        return big ? null : "0".repeat(20);
    }

    /** Protocol, offset in the frame and bytes of TCP or UDP, or null. */
    private static int[] transport(byte[] frame) {
        int room = frame.length - 14;
        if (u16(frame, 12) == 0x0800 && room >= 20 && u8(frame, 14) >> 4 == 4) {
            int header = (frame[14] & 15) * 4;
            int total = u16(frame, 16);
            boolean fragment = (u16(frame, 20) & 0x3fff) != 0;
            boolean fits = header >= 20 && total >= header && total <= room;
            int protocol = u8(frame, 23);
            return fits && !fragment && (protocol == 6 || protocol == 17)
                    ? new int[] {protocol, 14 + header, total - header}
                    : null;
        }
        if (u16(frame, 12) == 0x86dd && room >= 40 && u8(frame, 14) >> 4 == 6 && 40 + u16(frame, 18) <= room) {
            int end = 54 + u16(frame, 18);
            int at = 54;
            int protocol = u8(frame, 20);
            for (int i = 0; i < 4; i++) {
                if (protocol != 0 && protocol != 43 && protocol != 60) {
                    break;
                }
                if (at + 8 > end) {
                    return null;
                }
                protocol = u8(frame, at);
                at += 8 + 8 * u8(frame, at + 1);
            }
            return protocol == 6 || protocol == 17 ? new int[] {protocol, at, end - at} : null;
        }
        return null;
    }

    private static String refusal(byte[] frame) {
        if (frame.length < 14) {
            return "drop " + DropReason.RUNT_FRAME;
        }
        if (u16(frame, 12) == 0x8100 || u16(frame, 12) == 0x88a8) {
            return "drop " + DropReason.INNER_VLAN;
        }
        return frame[6] % 2 != 0 || part(frame, 6, 6).equals("000000000000")
                ? "drop " + DropReason.SOURCE_NOT_UNICAST
                : null;
    }

    private static List<String> plain(String frame) {
        return List.of("port " + "0".repeat(20) + frame);
    }

    private static List<String> drop(DropReason reason) {
        return List.of("drop " + reason);
    }

    private static int sum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += u8(bytes, i) * 256 + (i + 1 < bytes.length ? u8(bytes, i + 1) : 0);
            sum = sum > 0xffff ? sum - 0xffff : sum;
        }
        return sum;
    }

    private static String little(int value) {
        return String.format("%02x%02x", value & 0xff, value >> 8 & 0xff);
    }

    private static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    private static int u16(byte[] bytes, int at) {
        return u8(bytes, at) * 256 + u8(bytes, at + 1);
    }

    private static String part(byte[] bytes, int from, int length) {
        return HEX.formatHex(bytes, from, from + length);
    }

    static PeerTable.Peer peer(String mac, String vtep, String... ips) {
        return new PeerTable.Peer(
                MacAddress.parse(mac),
                java.util.Set.copyOf(Arrays.stream(ips).map(IpAddress::parse).toList()),
                new Vtep(IpAddress.parse(vtep), 4789, new byte[16]));
    }
}
