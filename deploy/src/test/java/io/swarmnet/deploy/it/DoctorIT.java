package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code swarmnet doctor} on hosts that are well, and on one where each thing is broken in turn. */
@Tag("e2e")
@EndToEnd
class DoctorIT {
    private static final String NETWORK = "doctor-net";
    private static final String SERVICE = "doctor-web";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestLab lab;
    private final Host sick;

    DoctorIT(TestLab lab) {
        this.lab = lab;
        this.sick = lab.host("node2");
    }

    @BeforeAll
    void oneTaskOnEachHost() {
        lab.network(NETWORK, "--subnet", "10.0.60.0/24");
        lab.service(SERVICE, NETWORK, 3, "nginx");
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(SERVICE), List.of(NETWORK));
    }

    private Run run(Host host, String... words) {
        List<String> command = new java.util.ArrayList<>(
                List.of(TestLab.home().resolve("bin/swarmnet").toString(), "-H", "unix://" + host.socket(), "doctor"));
        command.addAll(List.of(words));
        return Run.of(command);
    }

    /** What was found, by id; the exit code must be the number of failures. */
    private Map<String, JsonNode> findings(Host host) {
        Run run = run(host, "--format", "json");
        Map<String, JsonNode> found = run.out()
                .lines()
                .map(Host::parse)
                .collect(Collectors.toMap(finding -> finding.path("ID").asText(), finding -> finding));
        assertEquals(found.values().stream().filter(DoctorIT::failed).count(), run.exit(), run::toString);
        return found;
    }

    private static boolean failed(JsonNode finding) {
        return finding.path("Status").asText().equals("fail");
    }

    private static String status(Map<String, JsonNode> found, String id) {
        return found.containsKey(id) ? found.get(id).path("Status").asText() : "absent of " + found.keySet();
    }

    @Test
    void hostsThatAreWellHaveNoFailure() {
        for (Host host : lab.hosts()) {
            Wait.until("no failure on " + host, SOON, () -> findings(host), found -> found.values().stream()
                    .noneMatch(DoctorIT::failed));
        }
        Map<String, JsonNode> found = findings(sick);
        for (String id :
                List.of("session", "clock", "mtu", "address", "peer.node1.tcp", "peer.node3.udp", "peer.node1.size")) {
            assertEquals("ok", status(found, id), found::toString);
        }
        assertEquals("unchecked", status(found, "peer.vxlan"), "nobody claims what was not tried");
        assertTrue(run(sick).out().contains(" 0 failed, ") || run(sick).out().contains("\n0 failed, "));
    }

    @Test
    void aForwardChainThatDropsIsNamedWithTheLineThatHelps() {
        sick.run(
                        "nft",
                        "add table inet fw; add chain inet fw passing { type filter hook forward priority 0; policy drop; }")
                .ok();
        try {
            JsonNode told = findings(sick).get("forward.fw.passing");
            assertEquals("fail", told.path("Status").asText());
            sick.run("sh", "-c", told.path("Fix").asText()).ok();
            assertEquals("ok", status(findings(sick), "forward"));
        } finally {
            sick.run("nft", "delete", "table", "inet", "fw").ok();
        }
    }

    @Test
    void anUnderlayThatLosesLargePacketsIsToldForEachPeer() {
        sick.run(
                        "nft",
                        "add table ip hole; add chain ip hole in { type filter hook input priority 0; };"
                                + " add rule ip hole in ip length > 1430 icmp type echo-request drop")
                .ok();
        try {
            JsonNode told = findings(lab.manager()).get("peer.node2.size");
            assertEquals(
                    "are lost on the way, those of 1400 pass",
                    told.path("Cause").asText());
            assertEquals("ok", status(findings(sick), "peer.node1.size"));
        } finally {
            sick.run("nft", "delete", "table", "ip", "hole").ok();
        }
    }

    @Test
    void aRouteOverANetworkIsAClash() {
        sick.run("ip", "route", "add", "10.0.60.128/25", "via", lab.manager().address())
                .ok();
        try {
            JsonNode told = findings(sick).get("address." + NETWORK);
            assertTrue(told.path("Cause").asText().startsWith("10.0.60.0/24 overlaps the route 10.0.60.128/25 over "));
        } finally {
            sick.run("ip", "route", "del", "10.0.60.128/25").ok();
        }
    }
}
