package io.swarmnet.linux.netlink.wire;

import io.swarmnet.linux.IpPrefix;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A route.
 *
 * @param destination a /0 for the default route
 * @param gateway absent for a route to the link itself
 * @param device index of the device to leave by, 0 if the gateway decides
 * @param table {@code RT_TABLE_MAIN} (254) unless policy routing asks otherwise
 * @param metric 0 for the kernel's default
 * @param source the preferred source address
 */
public record Route(
        IpPrefix destination,
        Optional<InetAddress> gateway,
        int device,
        int table,
        int protocol,
        int scope,
        int type,
        int metric,
        Optional<InetAddress> source,
        boolean onlink) {
    private static final int HEADER_BYTES = 12;

    /** {@code $destination via $gateway dev $device}. */
    public static Route via(IpPrefix destination, InetAddress gateway, int device) {
        return new Route(
                destination,
                Optional.of(gateway),
                device,
                Rtnl.RT_TABLE_MAIN,
                Rtnl.RTPROT_BOOT,
                Rtnl.RT_SCOPE_UNIVERSE,
                Rtnl.RTN_UNICAST,
                0,
                Optional.empty(),
                false);
    }

    /** {@code $destination dev $device}, scope link. */
    public static Route onLink(IpPrefix destination, int device) {
        boolean v6 = Families.of(destination.address()) == Rtnl.AF_INET6;
        return new Route(
                destination,
                Optional.empty(),
                device,
                Rtnl.RT_TABLE_MAIN,
                Rtnl.RTPROT_BOOT,
                v6 ? Rtnl.RT_SCOPE_UNIVERSE : Rtnl.RT_SCOPE_LINK,
                Rtnl.RTN_UNICAST,
                0,
                Optional.empty(),
                false);
    }

    /** {@code default via $gateway dev $device}. */
    public static Route defaultVia(InetAddress gateway, int device) {
        return via(new IpPrefix(Families.any(Families.of(gateway)).orElseThrow(), 0), gateway, device);
    }

    public Route withTable(int table) {
        return new Route(destination, gateway, device, table, protocol, scope, type, metric, source, onlink);
    }

    public Route withMetric(int metric) {
        return new Route(destination, gateway, device, table, protocol, scope, type, metric, source, onlink);
    }

    public Route withSource(InetAddress source) {
        return new Route(
                destination, gateway, device, table, protocol, scope, type, metric, Optional.of(source), onlink);
    }

    public Route withOnlink() {
        return new Route(destination, gateway, device, table, protocol, scope, type, metric, source, true);
    }

    /** {@code ip route add}. */
    public NetlinkRequest add() {
        return encode(Rtnl.RTM_NEWROUTE, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_EXCL);
    }

    /** {@code ip route replace}. */
    public NetlinkRequest replace() {
        return encode(Rtnl.RTM_NEWROUTE, Rtnl.NLM_F_CREATE | Rtnl.NLM_F_REPLACE);
    }

    /** {@code ip route del}: what matches in every field given. */
    public NetlinkRequest delete() {
        return encode(Rtnl.RTM_DELROUTE, 0);
    }

    /** {@code ip route show}, every table and both families. */
    public static NetlinkRequest list() {
        return NetlinkRequest.of(Rtnl.RTM_GETROUTE, Rtnl.NLM_F_DUMP).rtmsg(Rtnl.AF_UNSPEC, 0, 0, 0, 0, 0, 0);
    }

    private NetlinkRequest encode(int request, int flags) {
        // The header's table has 8 bits; a larger one goes into RTA_TABLE alone.
        NetlinkRequest out = NetlinkRequest.of(request, Rtnl.NLM_F_ACK | flags)
                .rtmsg(
                        Families.of(destination.address()),
                        destination.lengthBits(),
                        table < 256 ? table : Rtnl.RT_TABLE_UNSPEC,
                        protocol,
                        scope,
                        type,
                        onlink ? Rtnl.RTNH_F_ONLINK : 0);
        // iproute2 writes out ::/0 and leaves 0.0.0.0/0 away; so do we.
        if (destination.lengthBits() > 0 || Families.of(destination.address()) == Rtnl.AF_INET6) {
            out.put(Rtnl.RTA_DST, destination.network().address());
        }
        gateway.ifPresent(ip -> out.put(Rtnl.RTA_GATEWAY, ip));
        if (device != 0) {
            out.put32(Rtnl.RTA_OIF, device);
        }
        if (table >= 256) {
            out.put32(Rtnl.RTA_TABLE, table);
        }
        if (metric != 0) {
            out.put32(Rtnl.RTA_PRIORITY, metric);
        }
        source.ifPresent(ip -> out.put(Rtnl.RTA_PREFSRC, ip));
        return out;
    }

    /** Reads RTM_NEWROUTE or RTM_DELROUTE; absent for families other than IP, counted if it cannot be. */
    public static Optional<Route> decode(NetlinkMessage message, DecodeErrors errors) {
        if (message.payload().remaining() < HEADER_BYTES) {
            errors.badMessage();
            return Optional.empty();
        }
        ByteBuffer header = message.payload();
        int family = header.get(0) & 0xff;
        int bits = header.get(1) & 0xff;
        Attributes attributes = Attributes.parse(message.payloadFrom(HEADER_BYTES), errors);
        return attributes
                .ip(Rtnl.RTA_DST)
                .or(() -> Families.any(family))
                .flatMap(ip -> Families.prefix(ip, bits, errors))
                .map(prefix -> new Route(
                        prefix,
                        attributes.ip(Rtnl.RTA_GATEWAY),
                        attributes.u32(Rtnl.RTA_OIF, 0),
                        attributes.u32(Rtnl.RTA_TABLE, header.get(4) & 0xff),
                        header.get(5) & 0xff,
                        header.get(6) & 0xff,
                        header.get(7) & 0xff,
                        attributes.u32(Rtnl.RTA_PRIORITY, 0),
                        attributes.ip(Rtnl.RTA_PREFSRC),
                        (header.getInt(8) & Rtnl.RTNH_F_ONLINK) != 0));
    }
}
