package io.swarmnet.gossip;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** What can befall a message between two simulated nodes, and how often it did. */
final class SimNetwork {
    /** Each is counted; a run in which one never happened has not tested it. */
    enum Fault {
        LOST,
        DUPLICATED,
        DELAYED,
        PARTITIONED,
        CUT_ONE_WAY,
        FROZEN,
        RESTARTED,
        FORGED
    }

    private final Random random;
    private final Map<Fault, Integer> injected = new EnumMap<>(Fault.class);
    /** Group of each node; messages between groups are lost. */
    private final int[] group;

    private int cutFrom = -1;
    private int cutTo = -1;
    boolean faulty;
    boolean lossOnly;

    SimNetwork(Random random, int nodes) {
        this.random = random;
        this.group = new int[nodes];
        for (Fault fault : Fault.values()) {
            injected.put(fault, 0);
        }
    }

    Map<Fault, Integer> injected() {
        return injected;
    }

    void count(Fault fault) {
        injected.merge(fault, 1, Integer::sum);
    }

    void partition() {
        for (int i = 0; i < group.length; i++) {
            group[i] = random.nextInt(2);
        }
    }

    void cutOneWay(int from, int to) {
        cutFrom = from;
        cutTo = to;
    }

    void heal() {
        java.util.Arrays.fill(group, 0);
        cutFrom = -1;
        cutTo = -1;
    }

    /**
     * When copies of the message arrive, in milliseconds from now.
     *
     * @param reliable a stream: only a cut stops it
     */
    long[] deliveries(int from, int to, boolean reliable) {
        if (group[from] != group[to]) {
            count(Fault.PARTITIONED);
            return new long[0];
        }
        if (from == cutFrom && to == cutTo) {
            count(Fault.CUT_ONE_WAY);
            return new long[0];
        }
        long delay = 1 + random.nextInt(4);
        if (!faulty || reliable) {
            return new long[] {delay};
        }
        double luck = random.nextDouble();
        if (lossOnly) {
            luck = luck < 0.01 ? 0 : 1;
        }
        if (luck < 0.05) {
            count(Fault.LOST);
            return new long[0];
        }
        if (luck < 0.10) {
            count(Fault.DUPLICATED);
            return new long[] {delay, delay + random.nextInt(300)};
        }
        if (luck < 0.15) {
            count(Fault.DELAYED);
            return new long[] {delay + 50 + random.nextInt(700)};
        }
        return new long[] {delay};
    }
}
