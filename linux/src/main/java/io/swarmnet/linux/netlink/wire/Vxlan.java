package io.swarmnet.linux.netlink.wire;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The settings of a vxlan device ({@code IFLA_VXLAN_*}).
 *
 * @param vni 0 to 2^24-1
 * @param local the outer source address, absent for the route's choice
 * @param port UDP destination port, 1 to 65535
 * @param learning whether the FDB learns from received frames
 * @param proxy whether ARP and ND are answered from the device's neighbour table
 * @param l2miss whether an unknown destination is told over netlink
 * @param l3miss whether an unknown neighbour is told over netlink
 * @param ttl of the outer header, 0 for the default
 * @param udpChecksum whether the outer UDP checksum is filled in over IPv4
 * @param link index of the device to send by, 0 for the route's choice
 */
public record Vxlan(
        int vni,
        Optional<InetAddress> local,
        int port,
        boolean learning,
        boolean proxy,
        boolean l2miss,
        boolean l3miss,
        int ttl,
        boolean udpChecksum,
        int link) {
    public static final int VNI_MAX = (1 << 24) - 1;

    public Vxlan {
        if (vni < 0 || vni > VNI_MAX) {
            throw new IllegalArgumentException("VNI out of range 0..16777215: " + vni);
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("UDP port out of range: " + port);
        }
    }

    /** A device as an overlay wants it: nothing learnt, ARP answered from static neighbours, checksums on. */
    public static Vxlan overlay(int vni, InetAddress local, int port) {
        return new Vxlan(vni, Optional.of(local), port, false, true, false, false, 0, true, 0);
    }

    void encode(NetlinkRequest data) {
        data.put32(Rtnl.IFLA_VXLAN_ID, vni);
        local.ifPresent(
                ip -> data.put(ip instanceof Inet6Address ? Rtnl.IFLA_VXLAN_LOCAL6 : Rtnl.IFLA_VXLAN_LOCAL, ip));
        if (link != 0) {
            data.put32(Rtnl.IFLA_VXLAN_LINK, link);
        }
        if (ttl != 0) {
            data.put8(Rtnl.IFLA_VXLAN_TTL, ttl);
        }
        data.put8(Rtnl.IFLA_VXLAN_LEARNING, learning);
        data.put8(Rtnl.IFLA_VXLAN_PROXY, proxy);
        data.put8(Rtnl.IFLA_VXLAN_L2MISS, l2miss);
        data.put8(Rtnl.IFLA_VXLAN_L3MISS, l3miss);
        data.putBe16(Rtnl.IFLA_VXLAN_PORT, port);
        data.put8(Rtnl.IFLA_VXLAN_UDP_CSUM, udpChecksum);
    }

    static Vxlan decode(Attributes data) {
        return new Vxlan(
                data.u32(Rtnl.IFLA_VXLAN_ID, 0) & VNI_MAX,
                data.ip(Rtnl.IFLA_VXLAN_LOCAL).or(() -> data.ip(Rtnl.IFLA_VXLAN_LOCAL6)),
                data.be16(Rtnl.IFLA_VXLAN_PORT, 0),
                data.flag(Rtnl.IFLA_VXLAN_LEARNING, false),
                data.flag(Rtnl.IFLA_VXLAN_PROXY, false),
                data.flag(Rtnl.IFLA_VXLAN_L2MISS, false),
                data.flag(Rtnl.IFLA_VXLAN_L3MISS, false),
                data.u8(Rtnl.IFLA_VXLAN_TTL, 0),
                data.flag(Rtnl.IFLA_VXLAN_UDP_CSUM, false),
                data.u32(Rtnl.IFLA_VXLAN_LINK, 0));
    }
}
