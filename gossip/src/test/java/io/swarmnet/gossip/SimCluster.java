package io.swarmnet.gossip;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.Evidence;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.gossip.swim.SwimConfig;
import io.swarmnet.gossip.table.EndpointTable;
import io.swarmnet.gossip.table.TableConfig;
import io.swarmnet.gossip.wire.Decoded;
import io.swarmnet.gossip.wire.MessageCodec;
import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.SignedClaim;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A whole swarm's gossip in one thread under virtual time: the real cores and the real codec, a network that fails by a
 * seed, and signatures that are a hash with a secret. Invariants are checked after every event.
 */
final class SimCluster {
    private static final NetworkId[] NETWORKS = {
        new NetworkId("net0"), new NetworkId("net1"), new NetworkId("net2"), new NetworkId("net3")
    };
    private static final String SWARM = "swarm";

    private record Event(long atMillis, long order, Runnable action) {}

    /** What the simulation itself wants of a node: the truth that tables are compared with. */
    private final class Node {
        final int number;
        final NodeId id;
        final Set<NetworkId> networks = new TreeSet<>();
        final Map<EndpointId, SignedClaim> published = new TreeMap<>();
        final Map<EndpointId, NetworkId> networkOf = new HashMap<>();
        final Map<NetworkId, Long> digestChecked = new HashMap<>();
        final Map<NetworkId, Map<EndpointId, long[]>> versionSeen = new HashMap<>();
        GossipCounters counters = new GossipCounters();
        GossipCore core;
        int boot;
        long timerDue;
        long frozenUntil;
        long incarnationSeen;

        Node(int number) {
            this.number = number;
            this.id = new NodeId("node" + (number < 10 ? "0" : "") + number);
        }
    }

    final SimNetwork network;
    private final long seed;
    private final Random random;
    private final SwimConfig swimConfig;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::order));
    private final List<Node> nodes = new ArrayList<>();
    private final Map<EndpointId, NodeId> ownerOf = new HashMap<>();
    private final Set<SignedClaim> claimsMade = new HashSet<>();
    private final Map<String, byte[]> secrets = new HashMap<>();
    private long now;
    private long order;
    private int endpoints;
    private int handled;
    private boolean ending;
    private long healedAfterMillis = -1;
    int falseSuspicions;
    int falseDeaths;

    SimCluster(long seed, int count, SwimConfig swimConfig) {
        this.seed = seed;
        this.random = new Random(seed);
        this.swimConfig = swimConfig;
        this.network = new SimNetwork(random, count);
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(i));
        }
        nodes.forEach(this::boot);
    }

    /** Calm, then faults and work, then calm: after it everything must be as if nothing had been. */
    void run() {
        runUntil(5_000);
        network.faulty = true;
        work();
        trouble();
        runUntil(65_000);
        ending = true;
        network.faulty = false;
        network.heal();
        while (healedAfterMillis < 0 && now < 110_000) {
            runUntil(now + 250);
            healedAfterMillis = isHealed() ? now - 65_000 : -1;
        }
        runUntil(110_000);
        checkAllAlive();
        checkTablesAreTheTruth();
    }

    private boolean isHealed() {
        try {
            checkAllAlive();
            checkTablesAreTheTruth();
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }

    /**
     * Nothing but 1 % loss, and one node in twenty frozen for a second now and then (details G), in which
     * nobody may be taken for dead.
     */
    void runMild(long millis) {
        network.lossOnly = true;
        network.faulty = true;
        freezeNowAndThen();
        runUntil(millis);
        ending = true;
    }

    private void freezeNowAndThen() {
        network.count(SimNetwork.Fault.FROZEN);
        nodes.get(random.nextInt(nodes.size())).frozenUntil = now + 1_000;
        at(10_000, this::freezeNowAndThen);
    }

    String summary() {
        return "seed " + seed + ": " + handled + " events, injected " + network.injected() + ", false suspicions "
                + falseSuspicions + ", false deaths " + falseDeaths + ", endpoints " + endpoints + ", healed after "
                + healedAfterMillis + " ms";
    }

    private void runUntil(long end) {
        while (!events.isEmpty() && events.peek().atMillis() <= end) {
            Event event = events.remove();
            now = event.atMillis();
            event.action().run();
            handled++;
            // Some 80,000 is what it takes; a timer that is due and does nothing would make millions.
            require(handled < 400_000, nodes.get(0), "a timer spins");
        }
        now = end;
    }

    private void at(long delayMillis, Runnable action) {
        events.add(new Event(now + delayMillis, order++, action));
    }

    // ---- what happens to the swarm

    private void work() {
        if (ending) {
            return;
        }
        Node node = nodes.get(random.nextInt(nodes.size()));
        NetworkId net = NETWORKS[random.nextInt(NETWORKS.length)];
        List<EndpointId> own = List.copyOf(node.published.keySet());
        double luck = random.nextDouble();
        if (luck < 0.45) {
            publishNew(node, net);
        } else if (luck < 0.85 && !own.isEmpty()) {
            EndpointId endpoint = own.get(random.nextInt(own.size()));
            node.published.remove(endpoint);
            act(node, () -> node.core.withdraw(node.networkOf.get(endpoint), endpoint));
        } else if (luck < 0.93 && !own.isEmpty()) {
            SignedClaim claim = node.published.get(own.get(random.nextInt(own.size())));
            act(node, () -> node.core.publish(claim, EndpointPhase.DRAINING, now));
        } else {
            node.networks.remove(net);
            node.published
                    .keySet()
                    .removeIf(endpoint -> node.networkOf.get(endpoint).equals(net));
            act(node, () -> node.core.leave(net));
        }
        at(50 + random.nextInt(200), this::work);
    }

    private void publishNew(Node node, NetworkId net) {
        var claim = Claims.claim(net, node.id, endpoints++, 1);
        SignedClaim signed = Claims.sign(claim, bytes -> sign(SWARM, bytes));
        claimsMade.add(signed);
        ownerOf.put(claim.endpoint(), node.id);
        node.networks.add(net);
        node.published.put(claim.endpoint(), signed);
        node.networkOf.put(claim.endpoint(), net);
        act(node, () -> node.core.publish(signed, EndpointPhase.UP, now));
    }

    private void trouble() {
        if (ending) {
            return;
        }
        Node node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(5)) {
            case 0 -> {
                network.partition();
                at(3_000 + random.nextInt(9_000), network::heal);
            }
            case 1 -> network.cutOneWay(node.number, random.nextInt(nodes.size()));
            case 2 -> {
                network.count(SimNetwork.Fault.FROZEN);
                node.frozenUntil = now + 500 + random.nextInt(4_000);
            }
            case 3 -> {
                network.count(SimNetwork.Fault.RESTARTED);
                boot(node);
            }
            default -> forge(node);
        }
        at(500 + random.nextInt(2_000), this::trouble);
    }

    /** A stolen node, with the swarm's key but its own signature only, says what is not its to say. */
    private void forge(Node thief) {
        Node victim = nodes.get((thief.number + 1 + random.nextInt(nodes.size() - 1)) % nodes.size());
        for (SignedClaim claim : victim.published.values()) {
            network.count(SimNetwork.Fault.FORGED);
            NetworkId net = NETWORKS[random.nextInt(NETWORKS.length)];
            EndpointRecord withdrawn = Claims.record(
                    claim, victim.id, Long.MAX_VALUE / 2, EndpointPhase.DOWN, bytes -> sign(thief.id.value(), bytes));
            SignedClaim invented = Claims.sign(
                    Claims.claim(net, thief.id, 1_000_000 + endpoints, 9), bytes -> sign(thief.id.value(), bytes));
            EndpointRecord own =
                    Claims.record(invented, thief.id, 1, EndpointPhase.UP, bytes -> sign(thief.id.value(), bytes));
            for (Node other : nodes) {
                if (other != thief) {
                    for (NetworkId each : NETWORKS) {
                        transmit(thief, other, new GossipMessage.Records(each, List.of(withdrawn, own)));
                    }
                }
            }
            return;
        }
    }

    // ---- one node

    /** A daemon that starts, for the first time or again: what it knew is gone, what it runs is published anew. */
    private void boot(Node node) {
        node.boot++;
        node.counters = new GossipCounters();
        node.timerDue = Long.MAX_VALUE;
        node.digestChecked.clear();
        node.versionSeen.clear();
        node.incarnationSeen = 0;
        node.core = new GossipCore(
                swimConfig,
                TableConfig.DEFAULT,
                node.id,
                node.boot,
                List.of(IpAddress.parse("192.0.2." + (node.number + 1))),
                4789,
                new Random(random.nextLong()),
                node.counters,
                now);
        Set<NodeId> others = new TreeSet<>();
        nodes.stream().filter(other -> other != node).forEach(other -> others.add(other.id));
        act(node, () -> node.core.members(others, now));
        node.networks.forEach(net -> act(node, () -> node.core.join(net, now)));
        node.published.values().forEach(claim -> act(node, () -> node.core.publish(claim, EndpointPhase.UP, now)));
    }

    private interface Decision {
        List<Effect> decide();
    }

    /** Lets the node decide, when it is not frozen, and carries it out. */
    private void act(Node node, Decision decision) {
        if (node.frozenUntil > now) {
            int boot = node.boot;
            at(node.frozenUntil - now, () -> {
                if (node.boot == boot) {
                    act(node, decision);
                }
            });
            return;
        }
        perform(node, decision.decide());
        long due = node.core.nextTimeoutMillis();
        if (due < node.timerDue) {
            node.timerDue = due;
            GossipCore core = node.core;
            at(Math.max(1, due - now), () -> {
                if (node.core == core && node.timerDue == due) {
                    node.timerDue = Long.MAX_VALUE;
                    act(node, () -> node.core.onTimeout(now));
                }
            });
        }
        check(node);
    }

    private void perform(Node node, List<Effect> effects) {
        GossipCore core = node.core;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                transmit(node, node(send.to()), send.message());
            } else if (effect instanceof Effect.Check check) {
                DropReason verdict = verify(check.evidence());
                at(1, () -> {
                    if (node.core == core) {
                        act(node, () -> core.checked(check.evidence(), verdict, now));
                    }
                });
            } else if (effect instanceof Effect.Sign sign) {
                byte[] signature = sign(node.id.value(), sign.draft().bytes());
                at(1, () -> {
                    if (node.core == core) {
                        act(node, () -> core.signed(sign.draft(), signature, now));
                    }
                });
            } else if (effect instanceof Effect.MemberChanged changed) {
                falseSuspicions += changed.state() == MemberState.SUSPECT ? 1 : 0;
                falseDeaths += changed.state() == MemberState.DEAD ? 1 : 0;
            }
        }
    }

    private void transmit(Node from, Node to, GossipMessage message) {
        byte[] bytes = MessageCodec.encode(from.id, message);
        boolean reliable = message instanceof GossipMessage.Sync || bytes.length > 1_368;
        for (long delay : network.deliveries(from.number, to.number, reliable)) {
            at(delay, () -> {
                Decoded.Message read = (Decoded.Message) MessageCodec.decode(bytes);
                act(to, () -> to.core.onMessage(read.from(), read.message(), now));
            });
        }
    }

    private Node node(NodeId id) {
        return nodes.get(Integer.parseInt(id.value().substring(4)));
    }

    // ---- signatures

    private byte[] sign(String who, byte[] bytes) {
        byte[] secret = secrets.computeIfAbsent(who, key -> (seed + key).getBytes(StandardCharsets.UTF_8));
        long hash = 1469598103934665603L;
        for (byte b : secret) {
            hash = (hash ^ b) * 1099511628211L;
        }
        for (byte b : bytes) {
            hash = (hash ^ b) * 1099511628211L;
        }
        return ByteBuffer.allocate(8).putLong(hash).array();
    }

    private DropReason verify(Evidence evidence) {
        if (evidence instanceof Evidence.OfHoldings ofHoldings) {
            byte[] right = sign(
                    ofHoldings.holdings().node().value(), ofHoldings.holdings().signedBytes());
            return Arrays.equals(right, ofHoldings.holdings().signature()) ? null : DropReason.BAD_STATE_SIGNATURE;
        }
        EndpointRecord record = ((Evidence.OfRecord) evidence).row().record();
        if (!Arrays.equals(sign(SWARM, record.claim().claim()), record.claim().signature())) {
            return DropReason.BAD_CLAIM_SIGNATURE;
        }
        NodeId owner = ((Evidence.OfRecord) evidence).row().node();
        byte[] right = sign(owner.value(), record.state().state());
        return Arrays.equals(right, record.state().signature()) ? null : DropReason.BAD_STATE_SIGNATURE;
    }

    // ---- what must hold, always

    private void check(Node node) {
        long incarnation = node.core.swim().incarnation();
        require(incarnation >= node.incarnationSeen, node, "its incarnation fell to " + incarnation);
        node.incarnationSeen = incarnation;
        // Who leaves a network forgets it, tombstones too: joining again starts from nothing.
        node.versionSeen.keySet().retainAll(node.core.tables().networks());
        for (NetworkId net : node.core.tables().networks()) {
            EndpointTable table = node.core.tables().table(net);
            Long before = node.digestChecked.put(net, table.digest());
            if (before == null || before != table.digest()) {
                table.rows().forEach(row -> check(node, net, row));
            }
        }
    }

    private void check(Node node, NetworkId net, Row row) {
        EndpointRecord record = row.record();
        require(row.network().equals(net), node, "a row of another network in " + net);
        require(claimsMade.contains(record.claim()), node, "a claim nobody made: " + row.endpoint());
        require(row.node().equals(ownerOf.get(row.endpoint())), node, "a row of a node that does not own it");
        byte[] right = sign(row.node().value(), record.state().state());
        require(Arrays.equals(right, record.state().signature()), node, "a state its owner did not sign");
        long[] seen = node.versionSeen
                .computeIfAbsent(net, key -> new HashMap<>())
                .put(
                        row.endpoint(),
                        new long[] {row.claim().epoch(), row.state().version()});
        require(
                seen == null
                        || seen[0] < row.claim().epoch()
                        || seen[0] == row.claim().epoch()
                                && seen[1] <= row.state().version(),
                node,
                "endpoint " + row.endpoint() + " fell back to version "
                        + row.state().version());
    }

    // ---- what must hold when all is calm again

    private void checkAllAlive() {
        for (Node node : nodes) {
            for (Node other : nodes) {
                MemberState state =
                        node == other ? MemberState.ALIVE : node.core.swim().state(other.id);
                require(
                        state == MemberState.ALIVE,
                        node,
                        "it holds " + other.id + ", which lives, for " + state + " and was never told better");
            }
        }
    }

    private void checkTablesAreTheTruth() {
        for (NetworkId net : NETWORKS) {
            Set<EndpointId> truth = new TreeSet<>();
            nodes.forEach(node -> node.published.keySet().stream()
                    .filter(endpoint -> node.networkOf.get(endpoint).equals(net))
                    .forEach(truth::add));
            Map<EndpointId, Long> versions = new HashMap<>();
            for (Node node : nodes) {
                EndpointTable table = node.core.tables().table(net);
                if (!node.networks.contains(net)) {
                    require(table == null, node, "it holds records of " + net + ", in which it has no endpoint");
                    continue;
                }
                Set<EndpointId> held = new TreeSet<>();
                table.rows().forEach(row -> held.add(row.endpoint()));
                require(held.equals(truth), node, net + " has " + difference(held, truth));
                for (Row row : table.rows()) {
                    Long version =
                            versions.putIfAbsent(row.endpoint(), row.state().version());
                    require(
                            version == null || version == row.state().version(),
                            node,
                            net + " differs in the version of " + row.endpoint());
                }
            }
        }
    }

    private static String difference(Set<EndpointId> held, Set<EndpointId> truth) {
        Set<EndpointId> extra = new TreeSet<>(held);
        extra.removeAll(truth);
        Set<EndpointId> missing = new TreeSet<>(truth);
        missing.removeAll(held);
        return extra.size() + " records too many and lacks " + missing.size() + " of " + truth.size();
    }

    private void require(boolean holds, Node node, String what) {
        if (!holds) {
            throw new AssertionError("seed " + seed + " at " + now + " ms, " + node.id + ": " + what);
        }
    }
}
