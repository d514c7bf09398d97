package io.swarmnet.worker.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.socket.Ping.Outcome;
import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SwarmVerdictsTest {
    private static final IpAddress OWN = IpAddress.parse("192.0.2.1");
    private static final NodeView.Peer PEER =
            new NodeView.Peer("node2", IpAddress.parse("192.0.2.2"), 7_946, IpAddress.parse("192.0.2.2"), "ALIVE");

    private static NodeView node(String sessionError, String subnet, int mtuBytes) {
        return new NodeView(
                false,
                sessionError,
                OptionalLong.of(3),
                OWN,
                OWN,
                1_500,
                7_946,
                4_789,
                List.of(new HostRoute(Subnet.parse("10.1.0.0/16"), "vpn0")),
                List.of(new NodeView.Overlay("web", List.of(Subnet.parse(subnet)), mtuBytes)),
                List.of(PEER));
    }

    @Test
    void clockIsJudgedByWhatItBreaks() {
        assertEquals(
                Finding.Status.UNCHECKED,
                SwarmVerdicts.clock(OptionalLong.empty()).status());
        assertEquals("40 ms behind", SwarmVerdicts.clock(OptionalLong.of(-40)).cause());
        assertEquals(
                Finding.Status.WARN,
                SwarmVerdicts.clock(OptionalLong.of(-60_000)).status());
        Finding far = SwarmVerdicts.clock(OptionalLong.of(7_200_000));
        assertEquals(Finding.Status.FAIL, far.status());
        assertTrue(far.fix().startsWith("timedatectl set-ntp true"));
    }

    @Test
    void networksMustFitTheirUnderlay() {
        assertEquals(
                Finding.Status.OK,
                SwarmVerdicts.underlayMtu(node("", "10.9.0.0/24", 1_450)).status());
        Finding wide = SwarmVerdicts.underlayMtu(node("", "10.9.0.0/24", 1_500));
        assertEquals("network web needs 1550 bytes and the link carries 1500", wide.cause());
        assertTrue(wide.fix().endsWith("mtu=1450"), wide.fix());
    }

    @Test
    void anOverlayOverARouteIsNamed() {
        assertEquals(
                Finding.Status.OK,
                SwarmVerdicts.clashes(node("", "10.9.0.0/24", 1_450)).get(0).status());
        Finding clash = SwarmVerdicts.clashes(node("", "10.1.9.0/24", 1_450)).get(0);
        assertEquals("address.web", clash.id());
        assertEquals(
                "10.1.9.0/24 overlaps the route 10.1.0.0/16 over vpn0: tasks do not reach what is behind it",
                clash.cause());
    }

    @Test
    void aLostSessionSaysWhy() {
        assertEquals(
                "none: refused",
                SwarmVerdicts.session(node("none: refused", "10.9.0.0/24", 1_450))
                        .cause());
    }

    @Test
    void fullSizePacketsThatVanishAreToldFromAPeerThatNeverAnswers() {
        assertEquals(
                Finding.Status.OK,
                SwarmVerdicts.size(PEER, 1_500, Outcome.ANSWERED, OptionalInt.empty())
                        .status());
        assertEquals(
                Finding.Status.UNCHECKED,
                SwarmVerdicts.size(PEER, 1_500, Outcome.SILENT, OptionalInt.empty())
                        .status());
        Finding lost = SwarmVerdicts.size(PEER, 1_500, Outcome.SILENT, OptionalInt.of(1_400));
        assertEquals("are lost on the way, those of 1400 pass", lost.cause());
        assertTrue(lost.fix().endsWith("mtu=1350"), lost.fix());
        assertEquals(
                "do not fit the link",
                SwarmVerdicts.size(PEER, 1_500, Outcome.TOO_BIG, OptionalInt.empty())
                        .cause());
    }

    @Test
    void udpIsAsGossipHasIt() {
        assertEquals(Finding.Status.OK, SwarmVerdicts.udp(PEER).status());
        for (var expected : java.util.Map.of(
                        "SUSPECT", Finding.Status.WARN, "DEAD", Finding.Status.FAIL, "", Finding.Status.UNCHECKED)
                .entrySet()) {
            NodeView.Peer peer = new NodeView.Peer("n", OWN, 7_946, OWN, expected.getKey());
            assertEquals(expected.getValue(), SwarmVerdicts.udp(peer).status());
        }
    }

    @Test
    void portsOfOthersAreNamed() {
        PortProbe.Ports worker = new PortProbe.Ports(2_377, false, 7_946, 4_789);
        PortProbe.Ports manager = new PortProbe.Ports(2_377, true, 7_946, 4_789);
        Set<String> other = Set.of("pid 7 (nginx)");
        assertEquals("free", PortProbe.manager(worker, Set.of(), 5).cause());
        assertEquals(
                "ours", PortProbe.manager(manager, Set.of("pid 5 (java)"), 5).cause());
        assertEquals(Finding.Status.WARN, PortProbe.manager(worker, other, 5).status());
        Finding taken = PortProbe.manager(manager, other, 5);
        assertEquals(Finding.Status.FAIL, taken.status());
        assertEquals("taken by pid 7 (nginx)", taken.cause());
        assertEquals(Finding.Status.WARN, PortProbe.gossip(worker, other, 5).status());
        assertEquals(Finding.Status.FAIL, PortProbe.dataPath(worker, other, 5).status());
    }

    @Test
    void socketsAreReadFromProc() {
        List<String> tcp = List.of(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                "   0: 00000000:0949 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0 100 0",
                "   1: 0100007F:0949 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 12346 1 0 20 4",
                "   2: rubbish");
        assertEquals(List.of(new SocketTable.Bound(2_377, 12_345)), SocketTable.read(tcp, true));
        List<String> udp = List.of(
                "  123: 00000000:12B5 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 777 2 0 0");
        assertEquals(List.of(new SocketTable.Bound(4_789, 777)), SocketTable.read(udp, false));
    }

    @Test
    void littleRoomIsAFailureBeforeTheStoreRefuses() {
        java.nio.file.Path where = java.nio.file.Path.of("/d");
        assertEquals(
                Finding.Status.FAIL, RootProbe.space("room", where, 255L << 20).status());
        assertEquals(
                Finding.Status.WARN, RootProbe.space("room", where, 256L << 20).status());
        assertEquals(Finding.Status.OK, RootProbe.space("room", where, 1L << 30).status());
    }
}
