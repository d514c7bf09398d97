package io.swarmnet.linux.netlink;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.wire.Address;
import io.swarmnet.linux.netlink.wire.DecodeErrors;
import io.swarmnet.linux.netlink.wire.FdbEntry;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.Neighbour;
import io.swarmnet.linux.netlink.wire.NetlinkMessage;
import io.swarmnet.linux.netlink.wire.Route;
import io.swarmnet.linux.netlink.wire.Rtnl;
import io.swarmnet.linux.netns.Netns;
import java.util.List;
import java.util.Optional;

/**
 * Changes of one namespace as the kernel tells them, for one reading thread. Equivalent to: ip monitor
 */
public final class NetlinkEvents implements AutoCloseable {
    /** One change; {@code removed} tells a deletion from what was added or altered. */
    public sealed interface Event {
        record LinkEvent(Link link, boolean removed) implements Event {}

        record AddressEvent(Address address, boolean removed) implements Event {}

        record RouteEvent(Route route, boolean removed) implements Event {}

        record NeighbourEvent(Neighbour neighbour, boolean removed) implements Event {}

        record FdbEvent(FdbEntry entry, boolean removed) implements Event {}

        /** The kernel had to drop events: list everything anew. */
        record Lost() implements Event {}
    }

    private final NetlinkSocket socket;
    private final DecodeErrors errors = new DecodeErrors();

    private NetlinkEvents(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** @param groups {@code RTNLGRP_*} of {@link Rtnl} */
    public static NetlinkEvents subscribe(Netns netns, int... groups) {
        return new NetlinkEvents(NetlinkSocket.open(netns, 0, groups));
    }

    /** The next events; waits at most the time given (in ms, above 0), then an empty list. */
    public List<Event> next(long timeoutMillis) {
        socket.timeout(timeoutMillis);
        try {
            return NetlinkMessage.split(socket.receive("netlink events"), errors).stream()
                    .map(this::decode)
                    .<Event>flatMap(Optional::stream)
                    .toList();
        } catch (KernelException e) {
            if (e.errno() == Errno.EAGAIN) {
                return List.of();
            }
            if (e.errno() == Errno.ENOBUFS) {
                return List.of(new Event.Lost());
            }
            throw e;
        }
    }

    private Optional<? extends Event> decode(NetlinkMessage message) {
        return switch (message.type()) {
            case Rtnl.RTM_NEWLINK, Rtnl.RTM_DELLINK ->
                Link.decode(message, errors).map(link -> new Event.LinkEvent(link, message.type() == Rtnl.RTM_DELLINK));
            case Rtnl.RTM_NEWADDR, Rtnl.RTM_DELADDR ->
                Address.decode(message, errors)
                        .map(address -> new Event.AddressEvent(address, message.type() == Rtnl.RTM_DELADDR));
            case Rtnl.RTM_NEWROUTE, Rtnl.RTM_DELROUTE ->
                Route.decode(message, errors)
                        .map(route -> new Event.RouteEvent(route, message.type() == Rtnl.RTM_DELROUTE));
            case Rtnl.RTM_NEWNEIGH, Rtnl.RTM_DELNEIGH -> neighbour(message, message.type() == Rtnl.RTM_DELNEIGH);
            default -> Optional.empty();
        };
    }

    private Optional<? extends Event> neighbour(NetlinkMessage message, boolean removed) {
        Optional<FdbEntry> fdb = FdbEntry.decode(message, errors);
        return fdb.isPresent()
                ? fdb.map(entry -> new Event.FdbEvent(entry, removed))
                : Neighbour.decode(message, errors).map(n -> new Event.NeighbourEvent(n, removed));
    }

    @Override
    public void close() {
        socket.close();
    }
}
