package io.swarmnet.gossip.swim;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Effect;
import io.swarmnet.gossip.message.GossipCounters;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * SWIM failure detection of one node, with Lifeguard's suspicion and local health, and the spreading of rumors. Pure: the
 * driver brings messages and time, and carries the effects out.
 *
 * <p>Sources: Das, Gupta, Motivala, "SWIM" (DSN 2002); Dadgar, Phillips, Currey, "Lifeguard" (DSN-W 2018). Rumors are
 * sealed with the swarm's key but not signed: a stolen node can spread wrong suspicions, and so suspend, never withdraw,
 * another's records. That ends when the stolen node is removed: see {@link #boots}.
 */
public final class Swim {
    /** Probes are stretched by one more than this at most; beyond, a real death would be noticed too late. */
    private static final int HEALTH_MAX = 3;

    /** Newcomers that are sent all we know; the others hear of us by gossip. */
    private static final int GREETINGS_MAX = 8;

    private static final int LEAVE_FAN_OUT = 16;

    private final SwimConfig config;
    private final RandomGenerator random;
    private final GossipCounters counters;
    private final RumorQueue rumors = new RumorQueue();
    private final List<Effect> effects = new ArrayList<>();
    private final Members members;
    private final Prober prober;
    private long nextProbeMillis;
    private long nextGossipMillis;
    private long nextCompareMillis;
    private long nextDeadProbeMillis;
    private int health;

    /** @param incarnation higher than any this node had before; {@code boot << 32} is */
    public Swim(
            SwimConfig config,
            NodeId self,
            long incarnation,
            RandomGenerator random,
            GossipCounters counters,
            long nowMillis) {
        this.config = config;
        this.random = random;
        this.counters = counters;
        this.members = new Members(config, self, incarnation, counters, rumors, effects::add);
        this.prober = new Prober(random);
        // Nodes started together must not probe together for ever.
        nextProbeMillis = nowMillis + random.nextLong(config.probeIntervalMillis());
        nextCompareMillis = nowMillis + random.nextLong(config.compareIntervalMillis());
        nextDeadProbeMillis = nowMillis + config.deadProbeIntervalMillis();
        rumors.add(members.self().rumor());
    }

    /** The members as the manager lists them now, without us. New ones are greeted and probed; the others are forgotten. */
    public List<Effect> members(Set<NodeId> nodes, long nowMillis) {
        for (Member gone : List.copyOf(members.others())) {
            if (!nodes.contains(gone.node)) {
                members.remove(gone.node);
                prober.remove(gone.node);
            }
        }
        List<NodeId> added = new ArrayList<>();
        for (NodeId node : nodes) {
            if (members.get(node) == null && !node.equals(members.self().node)) {
                members.add(node);
                prober.add(node);
                added.add(node);
            }
        }
        for (NodeId node : pick(added, GREETINGS_MAX)) {
            send(node, new GossipMessage.Sync(true, everything()));
        }
        return drain();
    }

    /**
     * The boot numbers that the manager gave last, also ours. An incarnation's upper half is the boot it began in, so a
     * higher one is nobody's own word: it is forgotten with what was said under it, or it could never be refuted.
     *
     * @param boots 0 = not told
     */
    public List<Effect> boots(Map<NodeId, Integer> boots) {
        boots.forEach((node, boot) -> {
            if (boot > 0) {
                members.bound(node, boot);
            }
        });
        return drain();
    }

    public List<Effect> onMessage(NodeId from, GossipMessage.OfSwim message, long nowMillis) {
        Member sender = members.get(from);
        if (sender == null) {
            counters.drop(DropReason.UNKNOWN_MEMBER);
            return drain();
        }
        if (message instanceof GossipMessage.Ping ping) {
            hear(ping.rumors(), nowMillis);
            send(from, new GossipMessage.Ack(ping.sequence(), rumorsFor(sender)));
        } else if (message instanceof GossipMessage.Ack ack) {
            hear(ack.rumors(), nowMillis);
            onAck(from, ack.sequence());
        } else if (message instanceof GossipMessage.Nack nack) {
            onNack(from, nack.sequence());
        } else if (message instanceof GossipMessage.PingRequest request) {
            hear(request.rumors(), nowMillis);
            onPingRequest(from, request, nowMillis);
        } else if (message instanceof GossipMessage.Rumors heard) {
            hear(heard.rumors(), nowMillis);
        } else if (message instanceof GossipMessage.Compare compare) {
            if (compare.digest() != digest()) {
                send(from, new GossipMessage.Sync(true, everything()));
            }
        } else if (message instanceof GossipMessage.Sync sync) {
            hear(sync.rumors(), nowMillis);
            if (sync.answer()) {
                send(from, new GossipMessage.Sync(false, everything()));
            }
        }
        return drain();
    }

    public List<Effect> onTimeout(long nowMillis) {
        noticeOwnPause(nowMillis);
        onIndirectDue(nowMillis);
        prober.late(nowMillis, config.probeIntervalMillis())
                .forEach(relay -> send(relay.origin(), new GossipMessage.Nack(relay.originSequence())));
        if (nowMillis >= nextProbeMillis) {
            finishProbe(nowMillis);
            startProbe(nowMillis);
        }
        members.expire(nowMillis);
        if (nowMillis >= nextDeadProbeMillis) {
            nextDeadProbeMillis = nowMillis + config.deadProbeIntervalMillis();
            pick(nodes(this::isGone), 1).forEach(this::ping);
        }
        if (nowMillis >= nextCompareMillis) {
            nextCompareMillis = nowMillis + config.compareIntervalMillis();
            pick(nodes(member -> !isGone(member)), 1).forEach(node -> send(node, new GossipMessage.Compare(digest())));
        }
        if (!rumors.isEmpty() && nowMillis >= nextGossipMillis) {
            gossip(nowMillis);
        }
        return drain();
    }

    /** When {@link #onTimeout} is wanted next, at the latest. */
    public long nextTimeoutMillis() {
        long next = Math.min(nextProbeMillis, Math.min(nextCompareMillis, nextDeadProbeMillis));
        next = Math.min(next, members.nextExpiryMillis());
        next = Math.min(next, prober.nextLateMillis(config.probeIntervalMillis()));
        Prober.Probe probe = prober.current();
        if (probe != null && !probe.answered && !probe.indirect) {
            next = Math.min(next, probe.indirectAtMillis);
        }
        return rumors.isEmpty() || members.others().isEmpty() ? next : Math.min(next, nextGossipMillis);
    }

    /** Our own holdings, signed, or another's, verified: kept for newcomers and spread to all. */
    public void spread(Rumor.OfHoldings holdings) {
        boolean own = holdings.node().equals(members.self().node);
        Member member = own ? members.self() : members.get(holdings.node());
        if (member != null) {
            member.holdings = holdings;
            rumors.add(holdings);
        }
    }

    /** Says goodbye to some; they pass it on. */
    public List<Effect> leave() {
        members.leave();
        List<Rumor> goodbye = List.of(members.self().rumor());
        pick(nodes(member -> !isGone(member)), LEAVE_FAN_OUT)
                .forEach(node -> send(node, new GossipMessage.Rumors(goodbye)));
        return drain();
    }

    /** What the member is believed to be; null when the manager has not told of it. */
    public MemberState state(NodeId node) {
        Member member = members.get(node);
        return member == null ? null : member.state;
    }

    /** Our own, which only grows. */
    public long incarnation() {
        return members.self().incarnation;
    }

    public Collection<NodeId> nodes() {
        return nodes(member -> true);
    }

    /** Equal on two nodes that believe the same of all members, in whatever order they heard it. */
    public long digest() {
        long sum = members.self().digest();
        for (Member member : members.others()) {
            sum += member.digest();
        }
        return sum;
    }

    private void hear(List<Rumor> heard, long nowMillis) {
        for (Rumor rumor : heard) {
            if (rumor instanceof Rumor.OfMember ofMember) {
                boolean ofSelf = ofMember.node().equals(members.self().node);
                if (members.hear(ofMember, nowMillis) && ofSelf) {
                    health = Math.min(HEALTH_MAX, health + 1);
                }
            } else if (rumor instanceof Rumor.OfHoldings holdings) {
                effects.add(new Effect.Heard(holdings));
            }
        }
    }

    private void onAck(NodeId from, long sequence) {
        Prober.Probe probe = prober.current();
        if (probe != null && probe.sequence == sequence) {
            probe.answered |= probe.target.equals(from) || probe.asked.contains(from);
            return;
        }
        Prober.Relay relay = prober.answered(sequence, from);
        if (relay != null) {
            send(relay.origin(), new GossipMessage.Ack(relay.originSequence(), List.of()));
        }
    }

    private void onNack(NodeId from, long sequence) {
        Prober.Probe probe = prober.current();
        if (probe != null && probe.sequence == sequence && probe.asked.contains(from)) {
            probe.nacks++;
        }
    }

    private void onPingRequest(NodeId from, GossipMessage.PingRequest request, long nowMillis) {
        Member target = members.get(request.target());
        if (target == null) {
            counters.drop(DropReason.UNKNOWN_MEMBER);
            return;
        }
        // A little before the asker's own time runs out, as the answer has a way to go too.
        long nackAt = nowMillis + config.probeTimeoutMillis() * 4 / 5;
        long sequence = prober.relay(from, request.sequence(), request.target(), nackAt);
        if (sequence >= 0) {
            send(request.target(), new GossipMessage.Ping(sequence, rumorsFor(target)));
        }
    }

    /**
     * A timer that comes late by more than a probe takes means that we were stopped: the answers lie unread in the socket,
     * and silence says nothing about others.
     */
    private void noticeOwnPause(long nowMillis) {
        long late = nowMillis - nextProbeMillis;
        if (late > config.probeTimeoutMillis()) {
            prober.clear();
            members.pauseSuspicions(late);
            health = Math.min(HEALTH_MAX, health + 1);
        }
    }

    private void onIndirectDue(long nowMillis) {
        Prober.Probe probe = prober.current();
        if (probe == null || probe.answered || probe.indirect || nowMillis < probe.indirectAtMillis) {
            return;
        }
        probe.indirect = true;
        List<NodeId> able = nodes(member -> member.state == MemberState.ALIVE && !member.node.equals(probe.target));
        for (NodeId node : pick(able, config.indirectProbes())) {
            probe.asked.add(node);
            List<Rumor> some = rumors.take(config.rumorBytesMax(), sendsMax(), false);
            send(node, new GossipMessage.PingRequest(probe.sequence, probe.target, some));
        }
    }

    private void finishProbe(long nowMillis) {
        Prober.Probe probe = prober.current();
        prober.clear();
        if (probe == null) {
            return;
        }
        if (probe.answered) {
            health = Math.max(0, health - 1);
            return;
        }
        if (!probe.indirect) {
            return;
        }
        // Helpers that said nothing at all hint that it is we who do not hear.
        int silent = probe.asked.size() - probe.nacks;
        health = Math.min(HEALTH_MAX, health + (silent > 0 && silent == probe.asked.size() ? 1 : 0));
        Member member = members.get(probe.target);
        if (member != null) {
            members.suspect(member, nowMillis);
        }
    }

    private void startProbe(long nowMillis) {
        nextProbeMillis = nowMillis + config.probeIntervalMillis() * (health + 1);
        for (int i = 0; i < prober.members(); i++) {
            Member member = members.get(prober.next());
            if (!isGone(member)) {
                Prober.Probe probe = prober.start(member.node, nowMillis + config.probeTimeoutMillis() * (health + 1));
                send(member.node, new GossipMessage.Ping(probe.sequence, rumorsFor(member)));
                return;
            }
        }
    }

    private void ping(NodeId node) {
        send(node, new GossipMessage.Ping(prober.nextSequence(), rumorsFor(members.get(node))));
    }

    private void gossip(long nowMillis) {
        nextGossipMillis = nowMillis + config.gossipIntervalMillis();
        for (NodeId node : pick(nodes(member -> !isGone(member)), config.gossipFanOut())) {
            List<Rumor> some = rumors.take(config.rumorBytesMax(), sendsMax(), true);
            if (!some.isEmpty()) {
                send(node, new GossipMessage.Rumors(some));
            }
        }
    }

    /** Rumors to piggy-back. One that is suspected is always told so: it must get the chance to refute. */
    private List<Rumor> rumorsFor(Member member) {
        List<Rumor> some = new ArrayList<>();
        if (member.state != MemberState.ALIVE) {
            some.add(member.rumor());
        }
        some.addAll(rumors.take(config.rumorBytesMax() - 150, sendsMax(), false));
        return some;
    }

    private List<Rumor> everything() {
        List<Rumor> all = new ArrayList<>();
        all.add(members.self().rumor());
        members.others().forEach(member -> all.add(member.rumor()));
        if (members.self().holdings != null) {
            all.add(members.self().holdings);
        }
        members.others().stream().filter(member -> member.holdings != null).forEach(member -> all.add(member.holdings));
        return all;
    }

    private int sendsMax() {
        return config.retransmitMultiplier()
                * (int) Math.ceil(Math.log10(members.others().size() + 2));
    }

    private boolean isGone(Member member) {
        return member.state == MemberState.DEAD || member.state == MemberState.LEFT;
    }

    private List<NodeId> nodes(Predicate<Member> which) {
        return members.others().stream()
                .filter(which)
                .map(member -> member.node)
                .toList();
    }

    private List<NodeId> pick(List<NodeId> from, int count) {
        List<NodeId> rest = new ArrayList<>(from);
        List<NodeId> picked = new ArrayList<>();
        while (picked.size() < count && !rest.isEmpty()) {
            int index = random.nextInt(rest.size());
            picked.add(rest.get(index));
            rest.set(index, rest.get(rest.size() - 1));
            rest.remove(rest.size() - 1);
        }
        return picked;
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
