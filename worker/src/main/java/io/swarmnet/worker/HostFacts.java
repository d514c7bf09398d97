package io.swarmnet.worker;

import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.Route;
import io.swarmnet.linux.netlink.wire.Rtnl;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.worker.sandbox.ResolvConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this host is, as it tells the managers. Blocks.
 *
 * @param memoryBytes main memory, 0 when unknown
 * @param routes of the main table, without the default route and without those over links of ours
 * @param resolvers as /etc/resolv.conf names them
 */
public record HostFacts(
        String architecture, long nanoCpus, long memoryBytes, List<HostRoute> routes, List<IpAddress> resolvers) {
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int ROUTES_MAX = 1_024;

    public static HostFacts read() {
        String architecture = System.getProperty("os.arch");
        return new HostFacts(
                architecture.equals("amd64") ? "x86_64" : architecture,
                Runtime.getRuntime().availableProcessors() * 1_000_000_000L,
                readMemory(),
                readRoutes(),
                ResolvConf.read(RESOLV_CONF).servers());
    }

    private static long readMemory() {
        try {
            String total = Files.readAllLines(MEMORY).get(0); // MemTotal:  24587432 kB
            return Long.parseLong(total.replaceAll("[^0-9]", "")) * 1_024;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private static List<HostRoute> readRoutes() {
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
            Map<Integer, Link> links = new HashMap<>();
            host.links().forEach(link -> links.put(link.index(), link));
            List<HostRoute> routes = new ArrayList<>();
            for (Route route : host.routes(Rtnl.RT_TABLE_MAIN)) {
                int length = route.destination().lengthBits();
                IpAddress first = IpAddress.of(route.destination().address());
                Link device = links.get(route.device());
                boolean ours = device != null && device.alias().startsWith("swarmnet ");
                boolean linkLocal = route.destination().address().isLinkLocalAddress();
                if (length > 0 && !ours && !linkLocal && routes.size() < ROUTES_MAX) {
                    routes.add(new HostRoute(Subnet.containing(first, length), device == null ? "" : device.name()));
                }
            }
            return List.copyOf(routes);
        }
    }

    /** MTU of the link that carries the address, 1,500 when none does. */
    public static int mtuBytes(IpAddress address) {
        try (NetlinkHandle host = NetlinkHandle.open(Netns.current())) {
            int index = host.addresses().stream()
                    .filter(has -> IpAddress.of(has.prefix().address()).equals(address))
                    .findFirst()
                    .map(has -> has.index())
                    .orElse(0);
            return index == 0 ? 1_500 : host.link(index).map(Link::mtuBytes).orElse(1_500);
        }
    }
}
