package io.swarmnet.gossip.swim;

import io.swarmnet.model.id.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Whom to probe next, which probe is under way, and the probes made for others. Each member is probed once in a round, in
 * an order shuffled anew each round (SWIM section 4.3), which bounds the time until a silence is noticed.
 */
final class Prober {
    /** Probes made for others at one time; more are not relayed. */
    private static final int RELAYS_MAX = 256;

    /** The probe of this interval. */
    static final class Probe {
        final NodeId target;
        final long sequence;
        final long indirectAtMillis;
        final List<NodeId> asked = new ArrayList<>();
        int nacks;
        boolean indirect;
        boolean answered;

        Probe(NodeId target, long sequence, long indirectAtMillis) {
            this.target = target;
            this.sequence = sequence;
            this.indirectAtMillis = indirectAtMillis;
        }
    }

    /** A probe made for {@code origin}. */
    record Relay(NodeId origin, long originSequence, NodeId target, long nackAtMillis, boolean nacked) {}

    private final RandomGenerator random;
    private final List<NodeId> order = new ArrayList<>();
    private final Map<Long, Relay> relays = new LinkedHashMap<>();
    private int position;
    private long sequence;
    private Probe probe;

    Prober(RandomGenerator random) {
        this.random = random;
        this.sequence = random.nextLong() >>> 1;
    }

    /** A newcomer is put at a place that this round has still to come to, so that it is not waited for. */
    void add(NodeId node) {
        order.add(position + random.nextInt(order.size() - position + 1), node);
    }

    void remove(NodeId node) {
        int index = order.indexOf(node);
        if (index >= 0) {
            order.remove(index);
            position -= index < position ? 1 : 0;
        }
        if (probe != null && probe.target.equals(node)) {
            probe = null;
        }
    }

    /** The next of the round, or null when there is nobody. */
    NodeId next() {
        if (order.isEmpty()) {
            return null;
        }
        if (position >= order.size()) {
            Collections.shuffle(order, new Random(random.nextLong()));
            position = 0;
        }
        return order.get(position++);
    }

    int members() {
        return order.size();
    }

    long nextSequence() {
        return ++sequence;
    }

    Probe start(NodeId target, long indirectAtMillis) {
        probe = new Probe(target, nextSequence(), indirectAtMillis);
        return probe;
    }

    Probe current() {
        return probe;
    }

    void clear() {
        probe = null;
    }

    /** @return the sequence to ping the target with, or -1 when too many are under way */
    long relay(NodeId origin, long originSequence, NodeId target, long nackAtMillis) {
        if (relays.size() >= RELAYS_MAX) {
            return -1;
        }
        long own = nextSequence();
        relays.put(own, new Relay(origin, originSequence, target, nackAtMillis, false));
        return own;
    }

    /** The relay this answer is for, or null; it is over then. */
    Relay answered(long sequence, NodeId from) {
        Relay relay = relays.get(sequence);
        return relay != null && relay.target().equals(from) ? relays.remove(sequence) : null;
    }

    /** Relays whose target is late: to be told once. Those long over are forgotten. */
    List<Relay> late(long nowMillis, long forgetMillis) {
        List<Relay> late = new ArrayList<>();
        for (Iterator<Map.Entry<Long, Relay>> it = relays.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<Long, Relay> entry = it.next();
            Relay relay = entry.getValue();
            if (relay.nackAtMillis() + forgetMillis <= nowMillis) {
                it.remove();
            } else if (!relay.nacked() && relay.nackAtMillis() <= nowMillis) {
                late.add(relay);
                entry.setValue(
                        new Relay(relay.origin(), relay.originSequence(), relay.target(), relay.nackAtMillis(), true));
            }
        }
        return late;
    }

    long nextLateMillis(long forgetMillis) {
        long next = Long.MAX_VALUE;
        for (Relay relay : relays.values()) {
            next = Math.min(next, relay.nackAtMillis() + (relay.nacked() ? forgetMillis : 0));
        }
        return next;
    }
}
