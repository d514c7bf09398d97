package io.swarmnet.gossip.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.Claims;
import io.swarmnet.gossip.GossipCore;
import io.swarmnet.gossip.message.Draft;
import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.Evidence;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.gossip.swim.SwimConfig;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.wire.DecodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables of one node inside its core; the test is its driver, and says which signatures are right. */
class TablesTest {
    private static final NodeId SELF = new NodeId("self");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final NetworkId NET = new NetworkId("net");
    private static final NetworkId OTHER = new NetworkId("other");

    private final GossipCounters counters = new GossipCounters();
    private final List<Effect> effects = new ArrayList<>();
    private final GossipCore core = new GossipCore(
            SwimConfig.DEFAULT,
            TableConfig.DEFAULT,
            SELF,
            1,
            List.of(IpAddress.parse("192.0.2.1")),
            4789,
            new Random(1),
            counters,
            0);
    private DropReason verdict;
    private long now;

    @BeforeEach
    void knowsThreeOthers() {
        perform(core.members(new TreeSet<>(List.of(A, B, C)), now));
        effects.clear();
    }

    @Test
    void aChangeOfOursIsPushedToTheHoldersAtOnceAndToNobodyElse() {
        holds(A, 1, NET);
        holds(B, 1, NET);
        holds(C, 1, OTHER);
        perform(core.publish(claim(SELF, 1), EndpointPhase.UP, now));
        assertEquals(List.of(A, B), receivers(GossipMessage.Records.class));
        effects.clear();
        perform(core.withdraw(NET, Claims.endpoint(1)));
        Row down = row(sends(GossipMessage.Records.class).get(0));
        assertEquals(EndpointPhase.DOWN, down.state().phase());
        assertEquals(List.of(A, B), receivers(GossipMessage.Records.class));
    }

    @Test
    void aChangeOfOursIsSentRoundAFewTimesMoreAndThenRests() {
        holds(A, 1, NET);
        perform(core.publish(claim(SELF, 1), EndpointPhase.UP, now));
        effects.clear();
        runUntil(2_500);
        int sent = sends(GossipMessage.Records.class).size();
        assertTrue(sent >= 2 && sent <= 8, "sent " + sent + " times");
    }

    @Test
    void joiningIsSaidToAllAndAHolderSendsTheNewcomerWhatItHas() {
        perform(core.join(NET, now));
        runUntil(300);
        assertEquals(new TreeSet<>(List.of(A, B, C)), new TreeSet<>(receivers(GossipMessage.Rumors.class)));
        effects.clear();
        holds(A, 1, NET);
        assertEquals(List.of(A), receivers(GossipMessage.Summary.class));
    }

    @Test
    void recordsOfANetworkThatIsNotHeldAreDropped() {
        holds(A, 1, NET);
        hear(A, Claims.record(NET, A, 1, 1, 1));
        assertEquals(1, counters.dropped(DropReason.NOT_HELD));
        assertNull(core.tables().table(NET));
    }

    @Test
    void aRecordIsToldOnceItsSignaturesAreRight() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        verdict = DropReason.BAD_STATE_SIGNATURE;
        hear(A, Claims.record(NET, A, 1, 1, 1));
        assertEquals(0, table().rows().size());
        assertEquals(1, counters.dropped(DropReason.BAD_STATE_SIGNATURE));
        verdict = null;
        hear(B, Claims.record(NET, A, 1, 1, 1));
        assertEquals(1, changes());
        effects.clear();
        hear(A, Claims.record(NET, A, 1, 1, 1));
        assertEquals(List.of(), effects, "known: neither checked nor told again");
    }

    /** A stolen node writes rumors in another's name, each newer than the last, faster than signatures are checked. */
    @Test
    void checksOfOneNodesHoldingsThatWaitAreBounded() {
        int checks = 0;
        for (int lamport = 1; lamport <= 1_000; lamport++) {
            Rumor.OfHoldings forged = new Rumor.OfHoldings(A, lamport, List.of(NET), new byte[] {1});
            checks += core.onMessage(B, new GossipMessage.Rumors(List.of(forged)), now)
                    .size();
        }
        assertEquals(8, checks);
        assertEquals(992, counters.dropped(DropReason.CHECKS_FULL));
        for (int lamport = 1; lamport <= 8; lamport++) {
            core.checked(
                    new Evidence.OfHoldings(new Rumor.OfHoldings(A, lamport, List.of(NET), new byte[] {1})),
                    DropReason.BAD_STATE_SIGNATURE,
                    now);
        }
        holds(A, 9, NET);
        assertEquals(List.of(A), core.tables().holders(NET));
    }

    @Test
    void aNetworkLeftAndJoinedAtOnceIsToldAnew() {
        holds(A, 1, NET);
        perform(core.publish(claim(SELF, 1), EndpointPhase.UP, now));
        hear(A, Claims.record(NET, A, 2, 1, 1));
        effects.clear();
        List<Effect> unsigned = core.withdraw(NET, Claims.endpoint(1)); // its table stays until this is signed
        perform(core.leave(NET));
        perform(core.join(NET, now));
        assertEquals(1, changes(), "who left it has forgotten all of it");
        effects.clear();
        perform(unsigned);
        assertEquals(1, table().rows().size());
    }

    @Test
    void aRecordThatComesBeforeItsOwnersHoldingsWaitsForThem() {
        perform(core.join(NET, now));
        hear(A, Claims.record(NET, A, 1, 1, 1));
        assertEquals(0, changes());
        holds(A, 1, NET);
        assertEquals(1, changes());
    }

    @Test
    void recordsOfAStrangerAreDropped() {
        perform(core.join(NET, now));
        hear(A, Claims.record(NET, new NodeId("stranger"), 1, 1, 1));
        assertEquals(1, counters.dropped(DropReason.UNKNOWN_OWNER));
    }

    @Test
    void suspendedRecordsComeBackWithTheirNode() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        hear(A, Claims.record(NET, A, 1, 1, 1));
        effects.clear();
        rumor(B, new Rumor.OfMember(A, MemberState.DEAD, 5, List.of(B, C)));
        assertTrue(effects.contains(new Effect.Suspended(A, true)));
        assertEquals(1, table().rows().size(), "suspended, not forgotten");
        effects.clear();
        rumor(A, new Rumor.OfMember(A, MemberState.ALIVE, 6, List.of()));
        assertTrue(effects.contains(new Effect.Suspended(A, false)));
        assertEquals(1, table().rows().size());
        assertEquals(List.of(A), receivers(GossipMessage.Digest.class), "compared with at once");
        assertTrue(effects.stream().noneMatch(effect -> effect instanceof Effect.RecordWithdrawn));
    }

    @Test
    void recordsOfANodeThatIsNoMemberAnyMoreAreGone() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        hear(A, Claims.record(NET, A, 1, 1, 1));
        perform(core.members(new TreeSet<>(List.of(B, C)), now));
        assertEquals(1, withdrawals());
        perform(core.members(new TreeSet<>(List.of(A, B, C)), now));
        effects.clear();
        holds(A, 1, NET);
        hear(A, Claims.record(NET, A, 1, 1, 1));
        assertEquals(1, changes(), "the same record comes back with its node");
    }

    @Test
    void aDaemonThatStartsAgainKeepsItsRecordsWhileItJoinsItsNetworks() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        hear(A, Claims.record(NET, A, 1, 1, 1));
        holds(A, 2, OTHER);
        runUntil(3_000);
        assertEquals(0, withdrawals());
        holds(A, 3, NET, OTHER);
        runUntil(20_000);
        assertEquals(0, withdrawals());
        holds(A, 4, OTHER);
        runUntil(30_000);
        assertEquals(1, withdrawals(), "left for good");
    }

    @Test
    void olderHoldingsLose() {
        perform(core.join(NET, now));
        holds(A, 5, NET);
        holds(A, 4, OTHER);
        assertEquals(List.of(A), core.tables().holders(NET));
    }

    @Test
    void digestsAreComparedWithHoldersOnlyAndDifferencesAreExchanged() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        effects.clear();
        runUntil(10_000);
        List<NodeId> asked = receivers(GossipMessage.Digest.class);
        assertTrue(asked.size() >= 3 && asked.stream().allMatch(A::equals), asked.toString());
        perform(core.onMessage(A, new GossipMessage.Digest(NET, table().digest(), 0), now));
        assertEquals(0, counters.digestsDiffering.sum());
        effects.clear();
        perform(core.onMessage(A, new GossipMessage.Digest(NET, 1, 1), now));
        assertEquals(1, counters.digestsDiffering.sum());
        assertEquals(List.of(A), receivers(GossipMessage.Summary.class));
        perform(core.onMessage(C, new GossipMessage.Digest(NET, 1, 1), now));
        assertEquals(1, counters.dropped(DropReason.NOT_A_HOLDER));
    }

    @Test
    void aSummaryIsAnsweredWithWhatItLacksAndAskedForWhatWeLack() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        hear(B, Claims.record(NET, A, 1, 1, 7));
        effects.clear();
        List<GossipMessage.Entry> theirs = List.of(
                new GossipMessage.Entry(Claims.endpoint(1), 1, 6, false),
                new GossipMessage.Entry(Claims.endpoint(2), 1, 1, false));
        perform(core.onMessage(A, new GossipMessage.Summary(NET, true, theirs), now));
        assertEquals(7, row(sends(GossipMessage.Records.class).get(0)).state().version());
        GossipMessage.Summary answer = assertInstanceOf(
                GossipMessage.Summary.class,
                sends(GossipMessage.Summary.class).get(0).message());
        assertEquals(false, answer.answer(), "no ping-pong");
    }

    @Test
    void aRecordFromAnEarlierLifeIsWithdrawnUnlessItIsPublishedAgainSoon() {
        perform(core.join(NET, now));
        holds(A, 1, NET);
        hear(A, Claims.record(NET, SELF, 1, 1, 3));
        hear(A, Claims.record(NET, SELF, 2, 1, 4));
        perform(core.publish(claim(SELF, 2), EndpointPhase.UP, now));
        effects.clear();
        runUntil(6_000);
        List<Row> said =
                sends(GossipMessage.Records.class).stream().map(this::row).toList();
        assertTrue(said.stream().anyMatch(row -> row.endpoint().equals(Claims.endpoint(1)) && row.isDown()));
        assertTrue(said.stream().noneMatch(row -> row.endpoint().equals(Claims.endpoint(2)) && row.isDown()));
    }

    @Test
    void leavingWithdrawsWhatIsLeftBeforeTheTableGoes() {
        holds(A, 1, NET);
        perform(core.publish(claim(SELF, 1), EndpointPhase.UP, now));
        effects.clear();
        perform(core.leave(NET));
        assertTrue(row(sends(GossipMessage.Records.class).get(0)).isDown());
        assertNull(core.tables().table(NET));
    }

    @Test
    void versionsOfALaterLifeAreHigherThanAnyOfAnEarlierOne() {
        holds(A, 1, NET);
        perform(core.publish(claim(SELF, 1), EndpointPhase.UP, now));
        assertTrue(row(sends(GossipMessage.Records.class).get(0)).state().version() > 1L << 32);
    }

    @Test
    void anotherNodesClaimIsNotPublished() {
        assertThrows(IllegalArgumentException.class, () -> core.publish(claim(A, 1), EndpointPhase.UP, now));
    }

    @Test
    void manyRecordsGoInFewLargeMessages() {
        perform(core.join(NET, now));
        for (int i = 0; i < 300; i++) {
            perform(core.publish(claim(SELF, i), EndpointPhase.UP, now));
        }
        effects.clear();
        holds(A, 1, NET);
        perform(core.onMessage(A, new GossipMessage.Summary(NET, false, List.of()), now));
        List<Effect.Send> sent = sends(GossipMessage.Records.class);
        assertTrue(sent.size() <= 4, sent.size() + " messages");
        assertEquals(
                300,
                sent.stream()
                        .mapToInt(send -> ((GossipMessage.Records) send.message())
                                .records()
                                .size())
                        .sum());
    }

    private EndpointTable table() {
        return core.tables().table(NET);
    }

    private static SignedClaim claim(NodeId node, int number) {
        return Claims.sign(Claims.claim(NET, node, number, 1), Claims.UNSIGNED);
    }

    private void holds(NodeId node, long lamport, NetworkId... networks) {
        rumor(node, new Rumor.OfHoldings(node, lamport, List.of(networks), new byte[] {1}));
    }

    private void rumor(NodeId from, Rumor rumor) {
        perform(core.onMessage(from, new GossipMessage.Rumors(List.of(rumor)), now));
    }

    private void hear(NodeId from, EndpointRecord record) {
        perform(core.onMessage(from, new GossipMessage.Records(NET, List.of(record)), now));
    }

    private void runUntil(long end) {
        for (; core.nextTimeoutMillis() <= end; ) {
            now = Math.max(now + 1, core.nextTimeoutMillis());
            perform(core.onTimeout(now));
            for (NodeId node : List.of(A, B, C)) {
                // They live: whatever they are asked, they answer.
                sends(GossipMessage.Ping.class).stream()
                        .filter(send -> send.to().equals(node))
                        .reduce((first, last) -> last)
                        .ifPresent(ping -> perform(core.onMessage(
                                node,
                                new GossipMessage.Ack(((GossipMessage.Ping) ping.message()).sequence(), List.of()),
                                now)));
            }
        }
        now = end;
    }

    private void perform(List<Effect> wanted) {
        for (Effect effect : wanted) {
            effects.add(effect);
            if (effect instanceof Effect.Sign sign) {
                Draft draft = sign.draft();
                perform(core.signed(draft, new byte[] {1}, now));
            } else if (effect instanceof Effect.Check check) {
                Evidence evidence = check.evidence();
                perform(core.checked(evidence, verdict, now));
            }
        }
    }

    private long changes() {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.RecordChanged)
                .count();
    }

    private long withdrawals() {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.RecordWithdrawn)
                .count();
    }

    private List<NodeId> receivers(Class<? extends GossipMessage> type) {
        return sends(type).stream().map(Effect.Send::to).toList();
    }

    private List<Effect.Send> sends(Class<? extends GossipMessage> type) {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.Send)
                .map(effect -> (Effect.Send) effect)
                .filter(send -> type.isInstance(send.message()))
                .toList();
    }

    private Row row(Effect.Send send) {
        try {
            return Row.open(((GossipMessage.Records) send.message()).records().get(0));
        } catch (DecodeException e) {
            throw new AssertionError(e);
        }
    }
}
