package io.swarmnet.worker.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule sets in the form that nft 1.0.6 prints with -j. */
class ForwardChainsTest {
    private static final String FORWARD = chain("ip", "filter", "FORWARD", "drop");

    private static String chain(String family, String table, String name, String policy) {
        return "{\"chain\":{\"family\":\"" + family + "\",\"table\":\"" + table + "\",\"name\":\"" + name
                + "\",\"type\":\"filter\",\"hook\":\"forward\",\"prio\":0,\"policy\":\"" + policy + "\"}}";
    }

    private static String rule(String chain, String... expressions) {
        return "{\"rule\":{\"family\":\"ip\",\"table\":\"filter\",\"chain\":\"" + chain + "\",\"expr\":["
                + String.join(",", expressions) + "]}}";
    }

    private static String device(String direction, String name) {
        return "{\"match\":{\"op\":\"==\",\"left\":{\"meta\":{\"key\":\"" + direction + "\"}},\"right\":\"" + name
                + "\"}}";
    }

    private static List<Finding> judge(String... entries) throws Exception {
        return ForwardChains.judge(
                new ObjectMapper().readTree("{\"nftables\":[" + String.join(",", entries) + "]}"), "docker_gwbridge");
    }

    private static Finding only(String... entries) throws Exception {
        List<Finding> found = judge(entries);
        assertEquals(1, found.size(), found::toString);
        return found.get(0);
    }

    @Test
    void nothingAndOurOwnAreWell() throws Exception {
        assertEquals("none", only().cause());
        assertEquals(
                Finding.Status.OK,
                only(chain("inet", "swarmnet", "forward", "drop")).status());
        assertEquals(
                "none drops", only(chain("ip", "filter", "FORWARD", "accept")).cause());
    }

    @Test
    void aDropPolicyIsToldWithTheLineToAdd() throws Exception {
        Finding plain = only(FORWARD);
        assertEquals(Finding.Status.FAIL, plain.status());
        assertEquals("forward.filter.FORWARD", plain.id());
        assertEquals(
                "iptables -I FORWARD -i docker_gwbridge -j ACCEPT; iptables -I FORWARD -o docker_gwbridge -j ACCEPT",
                plain.fix());
        String dockerUser = "{\"chain\":{\"family\":\"ip\",\"table\":\"filter\",\"name\":\"DOCKER-USER\"}}";
        assertEquals(
                "iptables -I DOCKER-USER -i docker_gwbridge -j ACCEPT; iptables -I DOCKER-USER -o docker_gwbridge -j"
                        + " ACCEPT",
                only(FORWARD, dockerUser, rule("FORWARD", "{\"jump\":{\"target\":\"DOCKER-USER\"}}"))
                        .fix());
        assertEquals(
                "nft insert rule inet fw fwd iifname docker_gwbridge accept; nft insert rule inet fw fwd oifname"
                        + " docker_gwbridge accept",
                only(chain("inet", "fw", "fwd", "drop")).fix());
        assertEquals(
                "firewall-cmd --permanent --zone=trusted --add-interface=docker_gwbridge && firewall-cmd --reload",
                only(chain("inet", "firewalld", "filter_FORWARD", "drop")).fix());
    }

    @Test
    void whatTheLineAddsSatisfiesIt() throws Exception {
        String in = rule("FORWARD", device("iifname", "docker_gwbridge"), "{\"accept\":null}");
        String out = rule("FORWARD", device("oifname", "docker_gwbridge"), "{\"accept\":null}");
        assertEquals(Finding.Status.FAIL, only(FORWARD, in).status());
        assertEquals(Finding.Status.OK, only(FORWARD, in, out).status());
    }

    @Test
    void aDropOfOtherDevicesIsNoneOfOurs() throws Exception {
        String open = chain("ip", "filter", "FORWARD", "accept");
        String docker0 = rule("FORWARD", device("oifname", "docker0"), "{\"drop\":null}");
        assertEquals(Finding.Status.OK, only(open, docker0).status());
        Finding all = only(open, docker0, rule("FORWARD", "{\"reject\":null}"));
        assertEquals(Finding.Status.WARN, all.status());
        assertEquals(
                "ip filter FORWARD has 1 rules that drop or reject, which may be met by docker_gwbridge", all.cause());
    }

    @Test
    void chainsThatJumpInACircleEnd() throws Exception {
        String a = "{\"chain\":{\"family\":\"ip\",\"table\":\"filter\",\"name\":\"A\"}}";
        assertEquals(
                Finding.Status.FAIL,
                only(
                                FORWARD,
                                a,
                                rule("FORWARD", "{\"jump\":{\"target\":\"A\"}}"),
                                rule("A", "{\"goto\":{\"target\":\"A\"}}"))
                        .status());
    }
}
