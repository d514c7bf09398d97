package io.swarmnet.gossip.table;

import io.swarmnet.gossip.message.Draft;
import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.Evidence;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SignedState;
import io.swarmnet.model.wire.DecodeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The tables of all networks this node holds, and who else holds them. A change of ours is pushed to the holders at once
 * and then sent round; digests, compared with a random holder every few seconds, heal what was lost. Pure.
 *
 * <p>A live row is taken only when its owner says that it holds the network, and dropped soon after it no longer says so:
 * a copy from before a partition cannot bring back what its owner withdrew and others have forgotten. A withdrawal is
 * always believed.
 */
public final class Tables {
    private static final int WELCOMES = 3;
    private static final int EARLY_MAX = 256;
    /** Of one node, waiting to be checked: anybody can write a rumor in its name, and always a newer one. */
    private static final int HOLDINGS_CHECKS_MAX = 8;

    private static final int STRAYS_MAX = 4_096;
    private static final int FIRST_DIGEST_MILLIS = 250;

    /** A record of ours that others hold and we have not published. */
    private record Stray(Row row, long untilMillis) {}

    private final TableConfig config;
    private final NodeId self;
    private final RandomGenerator random;
    private final GossipCounters counters;
    private final Membership membership;
    private final OwnEndpoints own;
    private final Holders holders = new Holders();
    private final Map<NetworkId, EndpointTable> tables = new LinkedHashMap<>();
    private final Map<NetworkId, Long> nextDigestMillis = new HashMap<>();
    private final Map<NetworkId, Integer> unsigned = new HashMap<>();
    private final Set<NetworkId> leaving = new LinkedHashSet<>();
    private final Set<EndpointRecord> rowsInCheck = new HashSet<>();
    private final Map<NodeId, Long> holdingsInCheck = new HashMap<>();
    private final Map<NodeId, Integer> holdingsChecks = new HashMap<>();
    /** Verified rows whose owner has not yet said that it holds the network: the datagrams may have changed places. */
    private final Map<EndpointId, Row> early = new LinkedHashMap<>();

    private final Map<EndpointId, Stray> strays = new LinkedHashMap<>();
    /** Nodes that hold some network of ours no more: when rows of theirs in it are dropped. */
    private final Map<NodeId, Long> orphansUntil = new LinkedHashMap<>();

    private final List<Effect> effects = new ArrayList<>();
    private final RecordPush push;

    /** @param lamport higher than any version this node gave before; {@code boot << 32} is */
    public Tables(
            TableConfig config,
            NodeId self,
            List<IpAddress> vteps,
            int dataPathPort,
            long lamport,
            RandomGenerator random,
            GossipCounters counters,
            Membership membership) {
        this.config = config;
        this.self = self;
        this.random = random;
        this.counters = counters;
        this.membership = membership;
        this.own = new OwnEndpoints(self, vteps, dataPathPort, lamport);
        this.push = new RecordPush(config, holders, membership, random, effects::add);
    }

    /** @throws IllegalStateException when as many networks are held as may be */
    public List<Effect> join(NetworkId network, long nowMillis) {
        hold(network, nowMillis);
        return drain();
    }

    /** Withdraws what is left of ours, says that we hold the network no more, and drops its table. */
    public List<Effect> leave(NetworkId network) {
        if (tables.containsKey(network) && leaving.add(network)) {
            for (EndpointId endpoint : own.of(network)) {
                say(network, endpoint, own.get(network, endpoint).claim(), EndpointPhase.DOWN);
            }
            finishLeave(network);
        }
        return drain();
    }

    /** @throws IllegalArgumentException when the claim is unreadable or another node's */
    public List<Effect> publish(SignedClaim signed, EndpointPhase phase, long nowMillis) {
        EndpointClaim claim;
        try {
            claim = signed.open();
        } catch (DecodeException e) {
            throw new IllegalArgumentException("publish: " + e.getMessage(), e);
        }
        if (!self.equals(claim.node())) {
            throw new IllegalArgumentException(
                    "publish endpoint " + claim.endpoint() + ": it is node " + claim.node() + "'s, we are " + self);
        }
        hold(claim.network(), nowMillis);
        strays.remove(claim.endpoint());
        say(claim.network(), claim.endpoint(), signed, phase);
        return drain();
    }

    /** Does nothing when the endpoint is not published. */
    public List<Effect> withdraw(NetworkId network, EndpointId endpoint) {
        OwnEndpoints.Own known = own.get(network, endpoint);
        if (known != null) {
            say(network, endpoint, known.claim(), EndpointPhase.DOWN);
        }
        return drain();
    }

    /** @param signature null when signing failed: nothing is said then */
    public List<Effect> signed(Draft draft, byte[] signature, long nowMillis) {
        if (draft instanceof Draft.OfHoldings ofHoldings && signature != null) {
            announce(ofHoldings.holdings().signed(signature));
        } else if (draft instanceof Draft.OfState ofState) {
            unsigned.merge(ofState.network(), -1, (a, b) -> a + b == 0 ? null : a + b);
            if (signature != null) {
                putOwn(ofState, signature, nowMillis);
            }
            if (leaving.contains(ofState.network())) {
                finishLeave(ofState.network());
            }
        }
        return drain();
    }

    public List<Effect> onMessage(NodeId from, GossipMessage.OfTable message, long nowMillis) {
        NetworkId network = message.network();
        EndpointTable table = leaving.contains(network) ? null : tables.get(network);
        if (table == null) {
            counters.drop(DropReason.NOT_HELD);
        } else if (message instanceof GossipMessage.Records records) {
            records.records().forEach(record -> hear(table, record));
        } else if (!holders.holds(from, network)) {
            counters.drop(DropReason.NOT_A_HOLDER);
        } else if (message instanceof GossipMessage.Digest digest) {
            if (digest.digest() != table.digest()) {
                counters.digestsDiffering.increment();
                send(from, new GossipMessage.Summary(network, true, table.summary()));
            }
        } else if (message instanceof GossipMessage.Summary summary) {
            push.send(from, network, table.newerThan(summary.entries()));
            if (summary.answer() && table.lacks(summary.entries())) {
                send(from, new GossipMessage.Summary(network, false, table.summary()));
            }
        }
        return drain();
    }

    /** Holdings from the wire, to be checked before they are believed. */
    public List<Effect> heard(Rumor.OfHoldings holdings) {
        if (holdings.node().equals(self)) {
            return drain();
        }
        if (!membership.knows(holdings.node())) {
            counters.drop(DropReason.UNKNOWN_MEMBER);
        } else if (holdings.networks().size() > config.networksMax()) {
            counters.drop(DropReason.INCONSISTENT);
        } else if (holders.isNewer(holdings)
                && holdingsInCheck.getOrDefault(holdings.node(), Long.MIN_VALUE) < holdings.lamport()) {
            if (holdingsChecks.getOrDefault(holdings.node(), 0) >= HOLDINGS_CHECKS_MAX) {
                counters.drop(DropReason.CHECKS_FULL);
                return drain();
            }
            holdingsChecks.merge(holdings.node(), 1, Integer::sum);
            holdingsInCheck.put(holdings.node(), holdings.lamport());
            effects.add(new Effect.Check(new Evidence.OfHoldings(holdings)));
        }
        return drain();
    }

    /** @param refused null when the signatures are right */
    public List<Effect> checked(Evidence evidence, DropReason refused, long nowMillis) {
        if (refused != null) {
            counters.drop(refused);
        }
        if (evidence instanceof Evidence.OfRecord ofRecord) {
            rowsInCheck.remove(ofRecord.row().record());
            if (refused == null) {
                believe(ofRecord.row(), nowMillis);
            }
        } else if (evidence instanceof Evidence.OfHoldings ofHoldings) {
            holdingsChecks.computeIfPresent(
                    ofHoldings.holdings().node(), (node, checks) -> checks == 1 ? null : checks - 1);
            holdingsInCheck.remove(
                    ofHoldings.holdings().node(), ofHoldings.holdings().lamport());
            if (refused == null) {
                believe(ofHoldings.holdings(), nowMillis);
            }
        }
        return drain();
    }

    /** The node is no member any more: its records are gone for good. */
    public List<Effect> forget(NodeId node) {
        holders.forget(node);
        orphansUntil.remove(node);
        tables.values().forEach(table -> tellGone(table.forget(node)));
        return drain();
    }

    /** A node that is back is compared with at once. */
    public List<Effect> memberChanged(NodeId node, MemberState state) {
        if (state == MemberState.ALIVE) {
            tables.values().stream()
                    .filter(table -> holders.holds(node, table.network()))
                    .forEach(table -> sendDigest(node, table));
        }
        return drain();
    }

    public List<Effect> onTimeout(long nowMillis) {
        for (EndpointTable table : tables.values()) {
            if (nextDigestMillis.get(table.network()) <= nowMillis) {
                nextDigestMillis.put(table.network(), nowMillis + config.digestIntervalMillis());
                table.forgetOldTombstones(nowMillis);
                push.pick(push.reachable(table.network()), 1).forEach(node -> sendDigest(node, table));
            }
        }
        push.onTimeout(nowMillis);
        for (Stray stray : List.copyOf(strays.values())) {
            if (stray.untilMillis() <= nowMillis) {
                strays.remove(stray.row().endpoint());
                say(
                        stray.row().network(),
                        stray.row().endpoint(),
                        stray.row().record().claim(),
                        EndpointPhase.DOWN);
            }
        }
        for (NodeId node : List.copyOf(orphansUntil.keySet())) {
            if (orphansUntil.get(node) <= nowMillis) {
                orphansUntil.remove(node);
                dropOrphansOf(node, nowMillis);
            }
        }
        return drain();
    }

    /** When {@link #onTimeout} is wanted next, at the latest. */
    public long nextTimeoutMillis() {
        long next = push.nextTimeoutMillis();
        for (long digest : nextDigestMillis.values()) {
            next = Math.min(next, digest);
        }
        for (Stray stray : strays.values()) {
            next = Math.min(next, stray.untilMillis());
        }
        for (long until : orphansUntil.values()) {
            next = Math.min(next, until);
        }
        return next;
    }

    public Set<NetworkId> networks() {
        return Collections.unmodifiableSet(tables.keySet());
    }

    /** The table of a network held, or null. */
    public EndpointTable table(NetworkId network) {
        return tables.get(network);
    }

    /** Other nodes known to hold the network. */
    public List<NodeId> holders(NetworkId network) {
        return holders.of(network);
    }

    private void hold(NetworkId network, long nowMillis) {
        if (leaving.remove(network)) {
            tellKept(tables.get(network));
            return;
        }
        if (tables.containsKey(network)) {
            return;
        }
        if (tables.size() >= config.networksMax()) {
            throw new IllegalStateException("join network " + network + ": " + tables.size() + " are held already");
        }
        tables.put(network, new EndpointTable(network, config));
        nextDigestMillis.put(network, nowMillis + FIRST_DIGEST_MILLIS);
        signHoldings();
    }

    /** Joined again before it was left for good: whoever left it has forgotten what we know. */
    private void tellKept(EndpointTable table) {
        for (Row row : table.rows()) {
            if (!own.isOurs(row)) {
                effects.add(new Effect.RecordChanged(row.network(), row.claim(), row.state()));
            }
        }
    }

    private void finishLeave(NetworkId network) {
        if (unsigned.containsKey(network)) {
            return;
        }
        leaving.remove(network);
        tables.remove(network);
        nextDigestMillis.remove(network);
        early.values().removeIf(row -> row.network().equals(network));
        strays.values().removeIf(stray -> stray.row().network().equals(network));
        signHoldings();
    }

    private void signHoldings() {
        effects.add(new Effect.Sign(new Draft.OfHoldings(
                new Rumor.OfHoldings(self, own.tick(), List.copyOf(tables.keySet()), new byte[0]))));
    }

    private void say(NetworkId network, EndpointId endpoint, SignedClaim claim, EndpointPhase phase) {
        unsigned.merge(network, 1, Integer::sum);
        effects.add(new Effect.Sign(own.say(network, endpoint, claim, phase)));
    }

    /** Holders of what we hold hear of it from us, at once; all others as well while they are few. */
    private void announce(Rumor.OfHoldings holdings) {
        membership.spread(holdings);
        Set<NodeId> first = new LinkedHashSet<>();
        holdings.networks().forEach(network -> first.addAll(push.reachable(network)));
        List<NodeId> rest = new ArrayList<>(holders.nodes().stream().sorted().toList());
        rest.removeAll(first);
        List<NodeId> to = new ArrayList<>(push.pick(List.copyOf(first), config.pushFanOut()));
        to.addAll(push.pick(rest, config.pushFanOut() - to.size()));
        to.forEach(node -> send(node, new GossipMessage.Rumors(List.of(holdings))));
    }

    private void putOwn(Draft.OfState draft, byte[] signature, long nowMillis) {
        EndpointTable table = tables.get(draft.network());
        Row row;
        try {
            row = Row.open(new EndpointRecord(draft.claim(), new SignedState(draft.bytes(), signature)));
        } catch (DecodeException e) {
            throw new IllegalStateException("our own record of endpoint " + draft.endpoint(), e);
        }
        if (table != null && table.wants(row)) {
            if (!table.put(row, nowMillis)) {
                counters.drop(DropReason.TABLE_FULL);
                return;
            }
            push.toHolders(row);
        }
    }

    private void hear(EndpointTable table, EndpointRecord record) {
        Row row;
        try {
            row = Row.open(record);
        } catch (DecodeException e) {
            counters.drop(DropReason.INCONSISTENT);
            return;
        }
        if (!row.network().equals(table.network())) {
            counters.drop(DropReason.INCONSISTENT);
        } else if (!own.isOurs(row) && !membership.knows(row.node())) {
            counters.drop(DropReason.UNKNOWN_OWNER);
        } else if (table.wants(row) && !isKnownStray(row) && !rowsInCheck.contains(record)) {
            if (rowsInCheck.size() >= config.checksMax()) {
                counters.drop(DropReason.CHECKS_FULL);
                return;
            }
            rowsInCheck.add(record);
            effects.add(new Effect.Check(new Evidence.OfRecord(row)));
        }
    }

    private void believe(Row row, long nowMillis) {
        EndpointTable table = tables.get(row.network());
        if (table == null || leaving.contains(row.network()) || !table.wants(row)) {
            return;
        }
        if (own.isOurs(row)) {
            onOwnRecord(table, row, nowMillis);
        } else if (!membership.knows(row.node())) {
            counters.drop(DropReason.UNKNOWN_OWNER);
        } else if (!row.isDown() && !holders.holds(row.node(), row.network())) {
            early.put(row.endpoint(), row);
            if (early.size() > EARLY_MAX) {
                early.remove(early.keySet().iterator().next());
                counters.drop(DropReason.NOT_A_HOLDER);
            }
        } else {
            accept(table, row, nowMillis);
        }
    }

    private void accept(EndpointTable table, Row row, long nowMillis) {
        Row before = table.row(row.endpoint());
        if (!table.put(row, nowMillis)) {
            counters.drop(DropReason.TABLE_FULL);
            return;
        }
        if (!row.isDown()) {
            effects.add(new Effect.RecordChanged(row.network(), row.claim(), row.state()));
        } else if (before != null) {
            effects.add(new Effect.RecordWithdrawn(row.network(), before.claim()));
        }
        if (holders.of(row.network()).size() > config.pushFanOut()) {
            push.sendRound(row);
        }
    }

    /** From an earlier life of this node. The worker may be about to publish it again, so it gets a little time. */
    private void onOwnRecord(EndpointTable table, Row row, long nowMillis) {
        if (row.isDown()) {
            return;
        }
        if (own.get(row.network(), row.endpoint()) == null && strays.size() < STRAYS_MAX) {
            strays.put(row.endpoint(), new Stray(row, nowMillis + config.strayGraceMillis()));
        }
    }

    private boolean isKnownStray(Row row) {
        return own.isOurs(row) && strays.containsKey(row.endpoint());
    }

    private void believe(Rumor.OfHoldings holdings, long nowMillis) {
        if (!membership.knows(holdings.node()) || !holders.isNewer(holdings)) {
            return;
        }
        Set<NetworkId> added = holders.put(holdings);
        membership.spread(holdings);
        for (EndpointTable table : tables.values()) {
            if (!holders.holds(holdings.node(), table.network())) {
                // Not at once: a daemon that starts again joins its networks one by one, and its tasks never stopped.
                orphansUntil.putIfAbsent(holdings.node(), nowMillis + config.strayGraceMillis());
            } else if (added.contains(table.network())) {
                welcome(holdings.node(), table, nowMillis);
            }
        }
    }

    /** A new holder is sent what we have, by about three of the old ones. */
    private void welcome(NodeId node, EndpointTable table, long nowMillis) {
        for (Row row : List.copyOf(early.values())) {
            if (row.node().equals(node) && row.network().equals(table.network())) {
                early.remove(row.endpoint());
                believe(row, nowMillis);
            }
        }
        if (random.nextInt(holders.of(table.network()).size()) < WELCOMES) {
            send(node, new GossipMessage.Summary(table.network(), true, table.summary()));
        }
    }

    private void dropOrphansOf(NodeId node, long nowMillis) {
        for (EndpointTable table : tables.values()) {
            if (!holders.holds(node, table.network())) {
                tellGone(table.orphan(node, nowMillis));
            }
        }
    }

    private void tellGone(List<Row> rows) {
        rows.forEach(row -> effects.add(new Effect.RecordWithdrawn(row.network(), row.claim())));
    }

    private void sendDigest(NodeId node, EndpointTable table) {
        send(
                node,
                new GossipMessage.Digest(
                        table.network(), table.digest(), table.rows().size()));
    }

    private void send(NodeId to, GossipMessage message) {
        effects.add(new Effect.Send(to, message));
    }

    private List<Effect> drain() {
        List<Effect> all = List.copyOf(effects);
        effects.clear();
        return all;
    }
}
