package io.swarmnet.vxlan.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swarmnet.linux.IpPrefix;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netlink.wire.LinkOptions;
import io.swarmnet.linux.netns.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two namespaces that stand for hosts, joined by an underlay, each with a driver; and sandboxes. */
final class TwoHosts implements AutoCloseable {
    static final String VTEP_A = "198.18.7.1";
    static final String VTEP_B = "198.18.7.2";
    static final String VTEP6_A = "fd18:7::1";
    static final String VTEP6_B = "fd18:7::2";

    private final Path root;
    private final List<Netns> hosts = new ArrayList<>();
    private final List<Netns> sandboxes = new ArrayList<>();
    private final List<KernelOverlay> drivers = new ArrayList<>();

    TwoHosts() {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (System.getenv("CI") != null) {
            assertTrue(isRoot, "CI is set and this test needs root");
        }
        assumeTrue(isRoot, "needs root");
        try {
            root = Files.createTempDirectory("swvx-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hosts.add(Netns.create(root.resolve("host0")));
        hosts.add(Netns.create(root.resolve("host1")));
        try (NetlinkHandle a = NetlinkHandle.open(hosts.get(0));
                NetlinkHandle b = NetlinkHandle.open(hosts.get(1))) {
            a.linkAddVeth("ul", LinkOptions.DEFAULT, "ul", LinkOptions.DEFAULT, hosts.get(1));
            a.addressAdd("ul", IpPrefix.parse(VTEP_A + "/24"));
            b.addressAdd("ul", IpPrefix.parse(VTEP_B + "/24"));
            a.addressAddNodad(a.index("ul"), IpPrefix.parse(VTEP6_A + "/64"));
            b.addressAddNodad(b.index("ul"), IpPrefix.parse(VTEP6_B + "/64"));
            a.linkSetUp("ul");
            b.linkSetUp("ul");
        }
        for (int i = 0; i < 2; i++) {
            drivers.add(new KernelOverlay("0a1b2c3" + i, directory(i), hosts.get(i)));
        }
    }

    Netns host(int number) {
        return hosts.get(number);
    }

    Path directory(int number) {
        return root.resolve("run" + number);
    }

    KernelOverlay driver(int number) {
        return drivers.get(number);
    }

    Netns sandbox(String name) {
        Netns netns = Netns.create(root.resolve("sandbox-" + name));
        sandboxes.add(netns);
        return netns;
    }

    Set<String> linksOf(int host) {
        return links(hosts.get(host));
    }

    static Set<String> links(Netns netns) {
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            return handle.links().stream().map(Link::name).collect(Collectors.toSet());
        }
    }

    /** Asks several times: a neighbour that was just asked for in vain fails what is sent to it meanwhile. */
    static boolean reaches(Netns from, String to, int payloadBytes) {
        for (int attempt = 0; attempt < 6; attempt++) {
            if (pings(from, to, payloadBytes)) {
                return true;
            }
        }
        return false;
    }

    static boolean pings(Netns from, String to, int payloadBytes) {
        return exit(from, "ping", "-c", "1", "-W", "1", "-M", "do", "-s", String.valueOf(payloadBytes), to) == 0;
    }

    /** True if a datagram sent to the broadcast address arrives at the other. */
    static boolean answersBroadcast(Netns from, Netns to, String broadcast) {
        try (DatagramSocket receiver = to.call(() -> new DatagramSocket(5000));
                DatagramSocket sender = from.call(() -> new DatagramSocket())) {
            receiver.setSoTimeout(3000);
            sender.setBroadcast(true);
            sender.send(new DatagramPacket(new byte[] {1}, 1, InetAddress.getByName(broadcast), 5000));
            receiver.receive(new DatagramPacket(new byte[8], 8));
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String inside(Netns netns, String... command) {
        try {
            Process process = process(netns, command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), List.of(command) + " said " + output);
            return output;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int exit(Netns netns, String... command) {
        try {
            Process process = process(netns, command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            return process.exitValue();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProcessBuilder process(Netns netns, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns.path()));
        all.addAll(List.of(command));
        return new ProcessBuilder(all);
    }

    @Override
    public void close() {
        for (KernelOverlay driver : drivers) {
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
    }
}
