package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What two tasks on two hosts can say to each other, to their resolver and to the outside, and what a third host has of it. */
@Tag("e2e")
@EndToEnd
class DataPathIT {
    private static final String NETWORK = "path-net";
    private static final String SERVICE = "path-web";
    private static final String OUTSIDE = "203.0.113.10";
    private static final int MTU_BYTES = 1_450;
    private static final int ICMP_OVERHEAD_BYTES = 28;
    private static final Duration SOON = Duration.ofSeconds(15);

    private final TestLab lab;
    private RunningTask one;
    private RunningTask two;
    private Host third;

    DataPathIT(TestLab lab) {
        this.lab = lab;
    }

    @BeforeAll
    void twoTasksOnTwoHosts() {
        lab.network(NETWORK, "--subnet", "10.0.20.0/24");
        List<RunningTask> tasks = lab.service(SERVICE, NETWORK, 2, "nginx");
        one = tasks.get(0);
        two = tasks.get(1);
        assertFalse(one.host() == two.host(), tasks::toString);
        third = lab.hosts().stream()
                .filter(host -> host != one.host() && host != two.host())
                .findFirst()
                .orElseThrow();
        for (RunningTask task : tasks) {
            Wait.until(task + " knows both", SOON, () -> task.addressesOf(SERVICE), both()::equals);
        }
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(SERVICE), List.of(NETWORK));
    }

    private List<String> both() {
        return Stream.of(one.address(), two.address()).sorted().toList();
    }

    @Test
    void tasksPingEachOtherByNameAcrossTheTunnel() {
        for (RunningTask from : List.of(one, two)) {
            RunningTask to = from == one ? two : one;
            String out = from.exec("ping", "-c", "2", to.name()).ok();
            assertTrue(out.contains("(" + to.address() + ")"), out);
            assertTrue(out.contains(" 0% packet loss"), out);
        }
    }

    @Test
    void tasksFetchEachOthersPageByName() {
        for (String name : List.of(two.name(), SERVICE, two.shortId())) {
            String page = one.exec("timeout", "5", "wget", "-qO-", "http://" + name + "/")
                    .ok();
            assertTrue(page.contains("Welcome to nginx!"), page);
        }
    }

    @Test
    void serviceNameAndTasksNameAnswerAllAddresses() {
        for (RunningTask task : List.of(one, two)) {
            assertEquals(both(), task.addressesOf(SERVICE));
            assertEquals(both(), task.addressesOf("tasks." + SERVICE));
            assertEquals(both(), task.addressesOf(SERVICE + "." + NETWORK));
            assertEquals(List.of(two.address()), task.addressesOf(two.name()));
        }
    }

    @Test
    void namesAnswerOverTcpAndInAnyCase() {
        assertEquals(
                both(),
                one.dig("+tcp", "+short", SERVICE).lines().stream().sorted().toList());
        String answer = one.dig("+noall", "+answer", "PATH-Web").ok();
        assertTrue(answer.startsWith("PATH-Web."), answer);
    }

    @Test
    void aaaaOfAServiceIsAnEmptyNoerror() {
        String answer = one.dig("AAAA", SERVICE).ok();
        assertTrue(answer.contains("status: NOERROR"), answer);
        assertTrue(answer.contains("ANSWER: 0"), answer);
    }

    @Test
    void ptrIsTheTasksName() {
        assertEquals(
                two.name() + "." + NETWORK + ".",
                one.dig("+short", "-x", two.address()).ok());
        assertEquals(
                one.name() + "." + NETWORK + ".",
                one.dig("+short", "-x", one.address()).ok());
    }

    @Test
    void otherNamesAreForwardedToTheHostsServers() {
        assertEquals(OUTSIDE, one.dig("+short", "outside.test").ok());
        String unknown = one.dig("nothing-of-that-name.test").ok();
        assertTrue(unknown.contains("status: NXDOMAIN"), unknown);
    }

    @Test
    void theWayOutIsDockerGwbridgeUnderTheNodesAddress() {
        for (RunningTask task : List.of(one, two)) {
            assertEquals(
                    "you are " + task.host().address(),
                    fetchOutside(task, "outside.test", 5).ok());
        }
        String route = one.exec("ip", "route").ok();
        assertTrue(route.contains("default via 172.18.0.1"), route);
        one.host().run("ip", "link", "set", "docker_gwbridge", "down").ok();
        try {
            assertFalse(fetchOutside(one, OUTSIDE, 1).worked(), "no way out without docker_gwbridge");
            String across =
                    one.exec("ping", "-c", "1", "-W", "2", two.address()).ok();
            assertTrue(across.contains(" 0% packet loss"), across);
        } finally {
            one.host().run("ip", "link", "set", "docker_gwbridge", "up").ok();
        }
        assertEquals(
                "you are " + one.host().address(),
                fetchOutside(one, "outside.test", 5).ok());
    }

    private static Run fetchOutside(RunningTask task, String host, int limitSeconds) {
        return task.exec("timeout", Integer.toString(limitSeconds), "wget", "-qO-", "http://" + host + "/");
    }

    @Test
    void tasksOfOneHostDoNotReachEachOtherOverDockerGwbridge() {
        String service = "path-neighbours";
        List<RunningTask> tasks = lab.service(service, NETWORK, 3, "nginx");
        try {
            RunningTask beside = tasks.stream()
                    .filter(task -> task.host() == one.host())
                    .findFirst()
                    .orElseThrow();
            String leg = beside.inSandbox("sh", "-c", "ip -o -4 addr show | awk '$4 ~ /^172\\.18\\./ {print $4}'")
                    .ok()
                    .replaceAll("/.*", "");
            assertFalse(leg.isEmpty());
            assertFalse(one.inSandbox("ping", "-c", "1", "-W", "1", leg).worked(), "ICC is off: " + leg);
            assertTrue(
                    one.inSandbox("ping", "-c", "1", "-W", "1", beside.address())
                            .worked(),
                    "the overlay is not");
        } finally {
            lab.manager().docker("service", "rm", service).ok();
        }
    }

    @Test
    void packetsOfTheNetworksMtuPassAndLargerOnesDoNot() {
        int fits = MTU_BYTES - ICMP_OVERHEAD_BYTES;
        String out = ping(fits).ok();
        assertTrue(out.contains(" 0% packet loss"), out);
        Run large = ping(fits + 1);
        assertFalse(large.worked(), large::toString);
        assertTrue((large.out() + large.err()).contains("message too long, mtu=" + MTU_BYTES), large::toString);
    }

    private Run ping(int bytes) {
        return one.inSandbox("ping", "-c", "1", "-W", "2", "-M", "do", "-s", Integer.toString(bytes), two.address());
    }

    @Test
    void overEveryNamespaceOnlyTheTwoHostsHaveTheNetwork() {
        for (RunningTask task : List.of(one, two)) {
            List<String> devices = task.host().vxlanDevices();
            assertEquals(1, devices.size(), devices::toString);
            RunningTask other = task == one ? two : one;
            List<String> entries = fdb(task.host());
            assertTrue(
                    entries.stream()
                            .anyMatch(entry ->
                                    entry.contains("dst " + other.host().address())),
                    entries::toString);
        }
        assertEquals(List.of(), third.vxlanDevices());
        assertEquals(List.of(), fdb(third));
    }

    /** Entries with a tunnel's end, over all network namespaces. */
    private static List<String> fdb(Host host) {
        return host.inEveryNamespace("bridge fdb show | grep ' dst '");
    }

    @Test
    void theOverlaysDeviceIsAsDocumented() {
        String line = one.host().inEveryNamespace("ip -j -d link show type vxlan").stream()
                .filter(row -> row.contains("info_data"))
                .findFirst()
                .orElseThrow();
        JsonNode device = Host.parse(line.substring(line.indexOf(' '))).get(0);
        JsonNode data = device.at("/linkinfo/info_data");
        assertEquals(4_789, data.path("port").asInt(), device::toString);
        assertTrue(data.path("id").asInt() >= 4_097, device::toString);
        assertEquals(one.host().address(), data.path("local").asText(), device::toString);
        assertTrue(data.path("proxy").asBoolean(), "ARP is answered locally: " + device);
        String mac = one.exec("cat", "/sys/class/net/eth0/address").ok();
        String[] bytes = one.address().split("\\.");
        assertEquals(
                String.format(
                        "02:42:%02x:%02x:%02x:%02x",
                        (Object[]) Stream.of(bytes).map(Integer::valueOf).toArray(Integer[]::new)),
                mac);
    }
}
