package io.swarmnet.gossip.table;

/**
 * Times and bounds of the tables.
 *
 * @param digestIntervalMillis each network's digest is compared with a random holder's
 * @param pushFanOut a change of ours goes to at most this many holders directly; beyond, gossip carries it on
 * @param strayGraceMillis a daemon that starts again has so long to publish what it runs: after it, records of ours that
 *     others hold and we did not publish are withdrawn, and others drop ours of networks that we do not hold
 * @param tombstoneMillis how long a withdrawn record is remembered
 * @param tombstonesMax per network; the oldest goes first
 * @param recordsMax live ones per network; more are dropped and counted
 * @param checksMax signatures waiting to be checked
 * @param networksMax held by one node
 */
public record TableConfig(
        long digestIntervalMillis,
        int pushFanOut,
        long strayGraceMillis,
        long tombstoneMillis,
        int tombstonesMax,
        int recordsMax,
        int checksMax,
        int networksMax) {
    public static final TableConfig DEFAULT = new TableConfig(3_000, 64, 5_000, 600_000, 4_096, 50_000, 8_192, 1_024);
}
