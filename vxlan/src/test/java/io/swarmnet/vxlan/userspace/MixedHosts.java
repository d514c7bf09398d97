package io.swarmnet.vxlan.userspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.RemoteEndpoint;
import io.swarmnet.vxlan.kernel.KernelOverlay;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two namespaces that stand for hosts, on which drivers of both kinds may run, and sandboxes. */
final class MixedHosts implements AutoCloseable {
    static final int PORT = 4789;
    static final int MTU_BYTES = 1430;
    static final NetworkId RED = new NetworkId("usred0red0red0red0red0red");
    static final NetworkId BLUE = new NetworkId("usblue0blue0blue0blue0blu");
    private static final int RED_VNI = 4097;

    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final Path root;
    private final List<Netns> hosts = new ArrayList<>();
    private final List<Netns> sandboxes = new ArrayList<>();
    private final List<OverlayDriver> drivers = new ArrayList<>();

    MixedHosts() {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (System.getenv("CI") != null) {
            assertTrue(isRoot, "CI is set and this test needs root");
        }
        assumeTrue(isRoot, "needs root");
        try {
            root = Files.createTempDirectory("swus-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hosts.add(Netns.create(root.resolve("host0")));
        hosts.add(Netns.create(root.resolve("host1")));
        try (NetlinkHandle a = NetlinkHandle.open(hosts.get(0));
                NetlinkHandle b = NetlinkHandle.open(hosts.get(1))) {
            a.linkAddVeth("ul", LinkOptions.DEFAULT, "ul", LinkOptions.DEFAULT, hosts.get(1));
            for (int i = 0; i < 2; i++) {
                NetlinkHandle host = i == 0 ? a : b;
                host.addressAdd("ul", IpPrefix.parse(vtep(i, true) + "/24"));
                host.addressAddNodad(host.index("ul"), IpPrefix.parse(vtep(i, false) + "/64"));
                host.linkSetUp("ul");
                host.linkSetUp("lo");
            }
        }
    }

    static IpAddress vtep(int host, boolean v4) {
        return IpAddress.parse((v4 ? "198.18.8." : "fd18:8::") + (host + 1));
    }

    Netns host(int number) {
        return hosts.get(number);
    }

    Path directory(int number) {
        return root.resolve("run" + number);
    }

    Netns namespace(int host, NetworkId network) {
        return new Netns(directory(host).resolve("ov-" + OverlayDriver.shortName(network)));
    }

    UserspaceOverlay userspace(int host) {
        UserspaceOverlay driver = new UserspaceOverlay("0a1b2c3" + host, directory(host), hosts.get(host), vertx);
        drivers.add(driver);
        return driver;
    }

    KernelOverlay kernel(int host) {
        KernelOverlay driver = new KernelOverlay("0a1b2c3" + host, directory(host), hosts.get(host));
        drivers.add(driver);
        return driver;
    }

    /** One VNI with both families. */
    static OverlayConfig config(NetworkId id, int host, boolean v4Underlay) {
        int vni = RED_VNI + (id.equals(RED) ? 0 : 1);
        String v4 = id.equals(RED) ? "10.0.9." : "10.0.10.";
        String v6 = id.equals(RED) ? "fd00:9::" : "fd00:10::";
        return new OverlayConfig(
                id,
                List.of(
                        new OverlaySubnet(Subnet.parse(v4 + "0/24"), IpAddress.parse(v4 + "1"), new Vni(vni)),
                        new OverlaySubnet(Subnet.parse(v6 + "/64"), IpAddress.parse(v6 + "1"), new Vni(vni))),
                MTU_BYTES,
                List.of(vtep(host, v4Underlay)),
                PORT);
    }

    static IpAddress inner(NetworkId id, int number, boolean v4) {
        return IpAddress.parse((id.equals(RED) ? v4 ? "10.0.9." : "fd00:9::" : v4 ? "10.0.10." : "fd00:10::") + number);
    }

    static EndpointId endpoint(int number) {
        return new EndpointId(String.format("%064x", number).replaceFirst("^0{8}", String.format("%08x", number)));
    }

    static PortConfig port(NetworkId id, int number, Netns sandbox, String name) {
        return new PortConfig(
                endpoint(number + (id.equals(RED) ? 0 : 1000)),
                sandbox.path(),
                name,
                MacAddress.ofIpv4(inner(id, number, true)),
                List.of(
                        CidrAddress.parse(inner(id, number, true) + "/24"),
                        CidrAddress.parse(inner(id, number, false) + "/64")));
    }

    static RemoteEndpoint peer(NetworkId id, int number, int host, boolean v4Underlay) {
        return new RemoteEndpoint(
                MacAddress.ofIpv4(inner(id, number, true)),
                List.of(inner(id, number, true), inner(id, number, false)),
                List.of(vtep(host, v4Underlay)),
                PORT);
    }

    /** Endpoint 3 on host 0 and endpoint 4 on host 1, each told of the other. */
    List<OverlayNetwork> join(OverlayDriver left, OverlayDriver right, NetworkId id, Netns a, Netns b, String name) {
        return join(left, right, id, a, b, name, true);
    }

    List<OverlayNetwork> join(
            OverlayDriver left, OverlayDriver right, NetworkId id, Netns a, Netns b, String name, boolean v4) {
        OverlayNetwork networkA = left.open(config(id, 0, v4));
        OverlayNetwork networkB = right.open(config(id, 1, v4));
        networkA.attach(port(id, 3, a, name));
        networkB.attach(port(id, 4, b, name));
        networkA.addPeer(peer(id, 4, 1, v4));
        networkB.addPeer(peer(id, 3, 0, v4));
        return List.of(networkA, networkB);
    }

    Netns sandbox(String name) {
        Netns netns = Netns.create(root.resolve("sandbox-" + name));
        sandboxes.add(netns);
        return netns;
    }

    static Set<String> links(Netns netns) {
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            return handle.links().stream().map(Link::name).collect(Collectors.toSet());
        }
    }

    /** Asks several times: a neighbour that was just asked for in vain fails what is sent to it meanwhile. */
    static boolean reaches(Netns from, IpAddress to, int payloadBytes) {
        for (int attempt = 0; attempt < 6; attempt++) {
            if (pings(from, to, payloadBytes)) {
                return true;
            }
        }
        return false;
    }

    static boolean pings(Netns from, IpAddress to, int payloadBytes) {
        String[] ping = {"ping", "-c", "1", "-W", "1", "-M", "do", "-s", payloadBytes + "", to.toString()};
        StringBuilder said = new StringBuilder();
        return run(from, said, ping) == 0 && !said.toString().contains("wrong data");
    }

    static String inside(Netns netns, String... command) {
        StringBuilder said = new StringBuilder();
        assertEquals(0, run(netns, said, command), () -> List.of(command) + " said " + said);
        return said.toString();
    }

    private static int run(Netns netns, StringBuilder said, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns.path()));
        all.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            said.append(new String(process.getInputStream().readAllBytes()));
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            return process.exitValue();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (OverlayDriver driver : drivers) {
            driver.found().forEach(driver::remove);
        }
        sandboxes.forEach(Netns::delete);
        hosts.forEach(Netns::delete);
        try (Stream<Path> left = Files.walk(root)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
