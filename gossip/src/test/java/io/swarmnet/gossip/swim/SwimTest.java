package io.swarmnet.gossip.swim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SwimTest {
    private static final NodeId SELF = new NodeId("self");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final NodeId D = new NodeId("d");
    private static final SwimConfig CONFIG = SwimConfig.DEFAULT;

    private final GossipCounters counters = new GossipCounters();
    private final Swim swim = swim(A, B, C, D);
    private final List<Effect> effects = new ArrayList<>();
    private long now;

    @Test
    void probesEachMemberOnceInARound() {
        for (int round = 0; round < 5; round++) {
            Set<NodeId> probed = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                probed.add(answerNextProbe());
            }
            assertEquals(Set.of(A, B, C, D), probed, "round " + round);
        }
    }

    /** The manager's word heals what a stolen node made of another, once the stolen one is gone. */
    @Test
    void anIncarnationOfABootThatWasNeverGivenIsForgotten() {
        hear(new Rumor.OfMember(A, MemberState.DEAD, Long.MAX_VALUE, List.of(C, D)));
        assertEquals(MemberState.DEAD, swim.state(A));
        hear(new Rumor.OfMember(A, MemberState.ALIVE, 3L << 32 | 5, List.of()));
        assertEquals(MemberState.DEAD, swim.state(A), "its own word is not heard any more");
        swim.boots(Map.of(A, 3, B, 0));
        assertEquals(MemberState.ALIVE, swim.state(A));
        hear(new Rumor.OfMember(A, MemberState.SUSPECT, 3L << 32 | 5, List.of(C)));
        assertEquals(MemberState.SUSPECT, swim.state(A));
        swim.boots(Map.of(A, 3));
        assertEquals(MemberState.SUSPECT, swim.state(A), "what may be true stays");
        hear(new Rumor.OfMember(A, MemberState.ALIVE, 3L << 32 | 6, List.of()));
        assertEquals(MemberState.ALIVE, swim.state(A));
    }

    @Test
    void ourOwnIncarnationNeverTurnsNegativeAndComesBackWithTheNextBoot() {
        hear(new Rumor.OfMember(SELF, MemberState.SUSPECT, Long.MAX_VALUE, List.of(C)));
        assertEquals(Long.MAX_VALUE, swim.incarnation());
        swim.boots(Map.of(SELF, 4));
        assertEquals(4L << 32, swim.incarnation());
    }

    private void hear(Rumor.OfMember rumor) {
        swim.onMessage(B, new GossipMessage.Rumors(List.of(rumor)), now);
    }

    @Test
    void asksThreeOthersWhenAPingIsNotAnsweredInTime() {
        Effect.Send ping = nextPing();
        long sentAt = now;
        List<Effect.Send> asked = nextSends(GossipMessage.PingRequest.class);
        assertEquals(sentAt + CONFIG.probeTimeoutMillis(), now);
        assertEquals(3, asked.size());
        asked.forEach(send -> {
            assertNotEquals(ping.to(), send.to());
            assertEquals(ping.to(), ((GossipMessage.PingRequest) send.message()).target());
        });
    }

    @Test
    void anAnswerThroughAnotherIsAnAnswer() {
        NodeId target = nextPing().to();
        Effect.Send asked = nextSends(GossipMessage.PingRequest.class).get(0);
        long sequence = ((GossipMessage.PingRequest) asked.message()).sequence();
        hear(asked.to(), new GossipMessage.Ack(sequence, List.of()));
        nextPing();
        assertEquals(MemberState.ALIVE, swim.state(target));
    }

    @Test
    void anAnswerFromSomebodyWhoWasNotAskedIsNone() {
        Effect.Send ping = nextPing();
        NodeId stranger = ping.to().equals(A) ? B : A;
        hear(stranger, new GossipMessage.Ack(((GossipMessage.Ping) ping.message()).sequence(), List.of()));
        nextSends(GossipMessage.PingRequest.class);
        nextPing();
        assertEquals(MemberState.SUSPECT, swim.state(ping.to()));
    }

    @Test
    void suspectsWhoeverAnswersNeitherDirectlyNorThroughOthers() {
        NodeId target = nextPing().to();
        nextSends(GossipMessage.PingRequest.class);
        effects.clear();
        nextPing();
        assertEquals(MemberState.SUSPECT, swim.state(target));
        assertTrue(effects.contains(new Effect.MemberChanged(target, MemberState.ALIVE, MemberState.SUSPECT)));
        assertTrue(
                rumorsIn(effects).contains(new Rumor.OfMember(target, MemberState.SUSPECT, 0, List.of(SELF))),
                "said at once");
    }

    @Test
    void relaysAProbeAndItsAnswer() {
        hear(A, new GossipMessage.PingRequest(77, B, List.of()));
        Effect.Send relayed = sends(effects, GossipMessage.Ping.class).get(0);
        assertEquals(B, relayed.to());
        long sequence = ((GossipMessage.Ping) relayed.message()).sequence();
        effects.clear();
        hear(B, new GossipMessage.Ack(sequence, List.of()));
        assertEquals(List.of(new Effect.Send(A, new GossipMessage.Ack(77, List.of()))), effects);
    }

    @Test
    void tellsTheAskerWhenTheRelayedProbeIsNotAnswered() {
        hear(A, new GossipMessage.PingRequest(77, B, List.of()));
        effects.clear();
        runUntil(now + CONFIG.probeTimeoutMillis());
        assertTrue(effects.contains(new Effect.Send(A, new GossipMessage.Nack(77))));
    }

    @Test
    void refutesSuspicionWithHigherIncarnation() {
        long before = swim.incarnation();
        hear(A, new GossipMessage.Ping(1, List.of(new Rumor.OfMember(SELF, MemberState.SUSPECT, before, List.of(B)))));
        assertEquals(before + 1, swim.incarnation());
        assertTrue(rumorsIn(effects).contains(new Rumor.OfMember(SELF, MemberState.ALIVE, before + 1, List.of())));
    }

    @Test
    void refutesItsOwnDeathFromAnEarlierLife() {
        hear(
                A,
                new GossipMessage.Rumors(
                        List.of(new Rumor.OfMember(SELF, MemberState.DEAD, swim.incarnation() + 9, List.of(B, C)))));
        assertEquals((1L << 32) + 10, swim.incarnation());
    }

    @Test
    void refutationBringsASuspectBackAndAnOldOneDoesNot() {
        suspect(A, 5, B);
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.ALIVE, 5, List.of()))));
        assertEquals(MemberState.SUSPECT, swim.state(A));
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.ALIVE, 6, List.of()))));
        assertEquals(MemberState.ALIVE, swim.state(A));
    }

    @Test
    void aSuspectIsToldSoWheneverItIsPinged() {
        suspect(A, 5, B);
        runUntil(now + 3_000);
        List<Effect.Send> pings = sends(effects, GossipMessage.Ping.class).stream()
                .filter(send -> send.to().equals(A))
                .toList();
        assertTrue(!pings.isEmpty());
        pings.forEach(ping -> assertTrue(((GossipMessage.Ping) ping.message())
                .rumors().stream()
                        .anyMatch(rumor -> rumor instanceof Rumor.OfMember member
                                && member.node().equals(A)
                                && member.state() == MemberState.SUSPECT)));
    }

    @Test
    void deadNeedsTwoConfirmersOnDifferentNodes() {
        Swim lonely = swim(A, B, C, D);
        List<Effect> out = new ArrayList<>();
        out.addAll(lonely.onMessage(
                B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.SUSPECT, 5, List.of(B)))), 0));
        for (long at = 0; at < 60_000; at = lonely.nextTimeoutMillis()) {
            answerAll(lonely, lonely.onTimeout(at), at);
        }
        assertEquals(MemberState.SUSPECT, lonely.state(A), "one confirmer, however long it takes");
        lonely.onMessage(
                C,
                new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.SUSPECT, 5, List.of(C, C)))),
                60_000);
        lonely.onTimeout(60_001);
        assertEquals(MemberState.DEAD, lonely.state(A));
    }

    @Test
    void aDeathTooFewHaveConfirmedIsButASuspicion() {
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.DEAD, 5, List.of(B)))));
        assertEquals(MemberState.SUSPECT, swim.state(A));
        assertEquals(1, counters.dropped(DropReason.UNCONFIRMED_DEATH));
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(C, MemberState.DEAD, 5, List.of(C, B)))));
        assertEquals(MemberState.SUSPECT, swim.state(C), "nobody confirms its own death");
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(D, MemberState.DEAD, 5, List.of(B, C)))));
        assertEquals(MemberState.DEAD, swim.state(D));
    }

    @Test
    void suspicionShrinksWithEachConfirmation() {
        Suspicion suspicion = new Suspicion(1_000, 3_000, 12_000, 2);
        suspicion.confirm(A);
        assertEquals(13_000, suspicion.deadlineMillis());
        suspicion.confirm(A);
        assertEquals(13_000, suspicion.deadlineMillis(), "the same node twice is one");
        suspicion.confirm(B);
        long two = suspicion.deadlineMillis();
        suspicion.confirm(C);
        assertEquals(4_000, suspicion.deadlineMillis());
        assertTrue(4_000 < two && two < 13_000);
    }

    @Test
    void aDeadNodeThatStartsAgainIsBelieved() {
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.DEAD, 1L << 32, List.of(B, C)))));
        hear(A, new GossipMessage.Sync(true, List.of(new Rumor.OfMember(A, MemberState.ALIVE, 2L << 32, List.of()))));
        assertEquals(MemberState.ALIVE, swim.state(A));
        assertTrue(sends(effects, GossipMessage.Sync.class).stream()
                .anyMatch(send -> send.to().equals(A)));
    }

    @Test
    void theDeadAreProbedNowAndThenSoThatAHealedPartitionIsNoticed() {
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.DEAD, 5, List.of(B, C)))));
        effects.clear();
        runUntil(now + 2 * CONFIG.deadProbeIntervalMillis());
        assertTrue(sends(effects, GossipMessage.Ping.class).stream()
                .anyMatch(send -> send.to().equals(A)));
    }

    @Test
    void whoSaysGoodbyeHasLeftAndIsNotBroughtBackByAnOldRumor() {
        hear(A, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.LEFT, 5, List.of()))));
        assertEquals(MemberState.LEFT, swim.state(A));
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.SUSPECT, 5, List.of(B)))));
        hear(B, new GossipMessage.Rumors(List.of(new Rumor.OfMember(A, MemberState.ALIVE, 5, List.of()))));
        assertEquals(MemberState.LEFT, swim.state(A));
    }

    @Test
    void goodbyeIsSaidAndNotRefuted() {
        List<Effect> goodbye = swim.leave();
        assertEquals(4, goodbye.size());
        long before = swim.incarnation();
        hear(A, new GossipMessage.Rumors(List.of(new Rumor.OfMember(SELF, MemberState.LEFT, before, List.of()))));
        assertEquals(before, swim.incarnation());
    }

    @Test
    void aRumorIsSentABoundedNumberOfTimes() {
        RumorQueue queue = new RumorQueue();
        queue.add(new Rumor.OfMember(A, MemberState.ALIVE, 1, List.of()));
        queue.add(new Rumor.OfMember(A, MemberState.SUSPECT, 1, List.of(B)));
        assertEquals(1, queue.size(), "the newer one replaces the older");
        for (int i = 0; i < 4; i++) {
            assertEquals(1, queue.take(1_000, 4, false).size());
        }
        assertTrue(queue.isEmpty());
    }

    @Test
    void rumorsOfAMessageFitTheirBytesAndTheLeastSentGoFirst() {
        RumorQueue queue = new RumorQueue();
        for (int i = 0; i < 100; i++) {
            queue.add(new Rumor.OfMember(new NodeId("n" + i), MemberState.ALIVE, 1, List.of()));
        }
        Set<NodeId> sent = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            List<Rumor> some = queue.take(1_000, 9, false);
            assertTrue(some.stream().mapToInt(Rumor::sizeBytes).sum() <= 1_000);
            some.forEach(rumor -> sent.add(rumor.node()));
        }
        assertEquals(100, sent.size());
    }

    @Test
    void ownPauseIsNoProofAgainstOthers() {
        NodeId target = nextPing().to();
        nextSends(GossipMessage.PingRequest.class);
        now += 5_000;
        effects.addAll(swim.onTimeout(now));
        assertEquals(MemberState.ALIVE, swim.state(target));
    }

    @Test
    void holdingsAreHandedOnAndKeptForNewcomers() {
        Rumor.OfHoldings holdings = new Rumor.OfHoldings(A, 3, List.of(new NetworkId("net")), new byte[] {1});
        hear(B, new GossipMessage.Rumors(List.of(holdings)));
        assertTrue(effects.contains(new Effect.Heard(holdings)));
        swim.spread(holdings);
        effects.clear();
        hear(C, new GossipMessage.Sync(true, List.of()));
        GossipMessage.Sync sync = (GossipMessage.Sync)
                sends(effects, GossipMessage.Sync.class).get(0).message();
        assertTrue(sync.rumors().contains(holdings));
    }

    @Test
    void viewsThatDifferAreExchangedAndThoseThatDoNotAreNot() {
        hear(A, new GossipMessage.Compare(swim.digest()));
        assertEquals(List.of(), sends(effects, GossipMessage.Sync.class));
        hear(A, new GossipMessage.Compare(swim.digest() + 1));
        assertEquals(1, sends(effects, GossipMessage.Sync.class).size());
    }

    @Test
    void whatAStrangerSaysIsDropped() {
        hear(new NodeId("stranger"), new GossipMessage.Ping(1, List.of()));
        assertEquals(List.of(), effects);
        assertEquals(1, counters.dropped(DropReason.UNKNOWN_MEMBER));
    }

    @Test
    void forgottenMembersAreProbedNoMore() {
        swim.members(new TreeSet<>(Set.of(A, B)), now);
        for (int i = 0; i < 6; i++) {
            assertTrue(Set.of(A, B).contains(answerNextProbe()));
        }
        assertEquals(null, swim.state(C));
    }

    private Swim swim(NodeId... others) {
        Swim made = new Swim(CONFIG, SELF, 1L << 32, new Random(1), counters, 0);
        made.members(new TreeSet<>(List.of(others)), 0);
        return made;
    }

    private void suspect(NodeId node, long incarnation, NodeId by) {
        hear(
                by,
                new GossipMessage.Rumors(
                        List.of(new Rumor.OfMember(node, MemberState.SUSPECT, incarnation, List.of(by)))));
        assertEquals(MemberState.SUSPECT, swim.state(node));
    }

    private void hear(NodeId from, GossipMessage.OfSwim message) {
        effects.addAll(swim.onMessage(from, message, now));
    }

    private void runUntil(long end) {
        for (now = swim.nextTimeoutMillis(); now <= end; now = Math.max(now + 1, swim.nextTimeoutMillis())) {
            effects.addAll(swim.onTimeout(now));
        }
        now = end;
    }

    private NodeId answerNextProbe() {
        Effect.Send ping = nextPing();
        hear(ping.to(), new GossipMessage.Ack(((GossipMessage.Ping) ping.message()).sequence(), List.of()));
        return ping.to();
    }

    private Effect.Send nextPing() {
        return nextSends(GossipMessage.Ping.class).get(0);
    }

    private List<Effect.Send> nextSends(Class<? extends GossipMessage> type) {
        for (int i = 0; i < 1_000; i++) {
            now = Math.max(now + 1, swim.nextTimeoutMillis());
            List<Effect> all = swim.onTimeout(now);
            effects.addAll(all);
            List<Effect.Send> found = sends(all, type);
            if (!found.isEmpty()) {
                return found;
            }
        }
        throw new AssertionError("no " + type.getSimpleName());
    }

    private static void answerAll(Swim to, List<Effect> all, long at) {
        for (Effect.Send ping : sends(all, GossipMessage.Ping.class)) {
            to.onMessage(
                    ping.to(), new GossipMessage.Ack(((GossipMessage.Ping) ping.message()).sequence(), List.of()), at);
        }
    }

    private static List<Effect.Send> sends(List<Effect> all, Class<? extends GossipMessage> type) {
        return all.stream()
                .filter(effect -> effect instanceof Effect.Send)
                .map(effect -> (Effect.Send) effect)
                .filter(send -> type.isInstance(send.message()))
                .toList();
    }

    private static List<Rumor> rumorsIn(List<Effect> all) {
        List<Rumor> rumors = new ArrayList<>();
        for (Effect.Send send : sends(all, GossipMessage.class)) {
            if (send.message() instanceof GossipMessage.Ping ping) {
                rumors.addAll(ping.rumors());
            } else if (send.message() instanceof GossipMessage.Ack ack) {
                rumors.addAll(ack.rumors());
            } else if (send.message() instanceof GossipMessage.Rumors some) {
                rumors.addAll(some.rumors());
            }
        }
        return rumors;
    }
}
