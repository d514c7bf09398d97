package io.swarmnet.bench;

import io.swarmnet.linux.netlink.NetlinkHandle;
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
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.PortConfig;
import io.swarmnet.vxlan.kernel.KernelOverlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Joins sandboxes to an overlay network, and in turns to a bridge by six {@code ip} commands that do the same: veth into the
 * sandbox, port of the bridge, MAC, address, both ends up. Needs root; leaves nothing. Prints a row of BENCHMARKS.md.
 */
public final class AttachLatency {
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 60;
    private static final NetworkId NETWORK = new NetworkId("bench0bench0bench0bench00");

    private AttachLatency() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Files.createTempDirectory("swarmnet-bench");
        String prefix = "swb" + ProcessHandle.current().pid();
        Netns host = Netns.create(root.resolve("host"));
        KernelOverlay driver = new KernelOverlay("bench000", root.resolve("overlay"), host);
        try (NetlinkHandle handle = NetlinkHandle.open(host)) {
            handle.linkSetUp("lo");
        }
        ip("netns add " + prefix + "br");
        double[] ours = new double[ROUNDS];
        double[] peer = new double[ROUNDS];
        try (OverlayNetwork network = driver.open(config())) {
            ip("-n " + prefix + "br link add br0 type bridge");
            ip("-n " + prefix + "br link set br0 up");
            for (int i = -WARM_UP; i < ROUNDS; i++) {
                double byUs = attach(network, root, i + WARM_UP);
                double byHand = byHand(prefix, i + WARM_UP);
                if (i >= 0) {
                    ours[i] = byUs;
                    peer[i] = byHand;
                }
            }
        } finally {
            ip("netns del " + prefix + "br");
            host.delete();
            Files.deleteIfExists(root.resolve("overlay"));
            Files.delete(root);
        }
        Arrays.sort(ours);
        Arrays.sort(peer);
        System.out.printf(
                Locale.ROOT,
                "| attach an endpoint to an overlay | `deploy/bench/attach.sh` | six `ip` commands |"
                        + " median %.2f ms, p95 %.2f ms; by hand median %.2f ms, p95 %.2f ms; %d each |%n",
                ours[ROUNDS / 2],
                ours[ROUNDS * 95 / 100],
                peer[ROUNDS / 2],
                peer[ROUNDS * 95 / 100],
                ROUNDS);
    }

    private static OverlayConfig config() {
        Subnet subnet = Subnet.parse("10.0.9.0/24");
        return new OverlayConfig(
                NETWORK,
                List.of(new OverlaySubnet(subnet, subnet.network().plus(1), new Vni(4_097))),
                1_450,
                List.of(IpAddress.parse("127.0.0.1")),
                4_789);
    }

    private static double attach(OverlayNetwork network, Path root, int number) throws IOException {
        Netns sandbox = Netns.create(root.resolve("sandbox" + number));
        try {
            EndpointId endpoint = new EndpointId(String.format("%08x%056x", number, 0));
            CidrAddress address = CidrAddress.parse("10.0.9." + (number + 2) + "/24");
            PortConfig port = new PortConfig(
                    endpoint, sandbox.path(), "eth0", MacAddress.ofIpv4(address.address()), List.of(address));
            long begun = System.nanoTime();
            network.attach(port);
            double millis = (System.nanoTime() - begun) / 1e6;
            network.detach(endpoint);
            return millis;
        } finally {
            sandbox.delete();
        }
    }

    private static double byHand(String prefix, int number) throws IOException, InterruptedException {
        String sandbox = prefix + "s" + number;
        String bridge = "-n " + prefix + "br ";
        String address = "10.0.9." + (number + 2) + "/24";
        ip("netns add " + sandbox);
        try {
            long begun = System.nanoTime();
            ip(bridge + "link add v" + number + " mtu 1450 type veth peer name eth0 mtu 1450 netns " + sandbox);
            ip(bridge + "link set v" + number + " master br0");
            ip(bridge + "link set v" + number + " up");
            ip("-n " + sandbox + " link set eth0 address "
                    + MacAddress.ofIpv4(CidrAddress.parse(address).address()));
            ip("-n " + sandbox + " addr add " + address + " dev eth0");
            ip("-n " + sandbox + " link set eth0 up");
            return (System.nanoTime() - begun) / 1e6;
        } finally {
            ip("netns del " + sandbox);
        }
    }

    private static void ip(String words) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("ip"));
        command.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
    }
}
