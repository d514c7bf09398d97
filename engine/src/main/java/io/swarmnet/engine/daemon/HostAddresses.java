package io.swarmnet.engine.daemon;

import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The addresses of this host as the kernel has them now. Blocks. */
final class HostAddresses {
    private static final Set<String> DOCKERS = Set.of("docker0", "docker_gwbridge");

    private HostAddresses() {}

    /** Global addresses of links that are up, without loopback and without what swarmnet or Docker made. */
    static AddressChoice choice() {
        try (NetlinkHandle host = NetlinkHandle.open(Netns.host())) {
            Map<Integer, Link> links = new HashMap<>();
            for (Link link : host.links()) {
                boolean made = link.alias().startsWith("swarmnet ") || DOCKERS.contains(link.name());
                if (link.up() && !link.loopback() && !made) {
                    links.put(link.index(), link);
                }
            }
            List<AddressChoice.LinkAddress> addresses = new ArrayList<>();
            host.addresses().forEach(address -> {
                Link link = links.get(address.index());
                boolean global = !address.prefix().address().isLinkLocalAddress();
                if (link != null && global) {
                    addresses.add(new AddressChoice.LinkAddress(
                            link.name(), IpAddress.of(address.prefix().address())));
                }
            });
            return new AddressChoice(addresses);
        }
    }

    /** The address this host would speak to the manager from; nothing is sent. */
    static IpAddress towards(HostPort manager) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(manager.address().toInet(), manager.port()));
            return IpAddress.of(socket.getLocalAddress());
        }
    }
}
