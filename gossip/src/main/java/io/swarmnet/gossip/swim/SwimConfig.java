package io.swarmnet.gossip.swim;

/**
 * Times and bounds of failure detection (details G).
 *
 * @param probeIntervalMillis one member is probed each interval
 * @param probeTimeoutMillis without an answer for so long, others are asked to probe
 * @param indirectProbes how many others
 * @param suspicionMultiplier the shortest suspicion is this many probe intervals, times log10 of the members
 * @param suspicionMaxFactor the longest suspicion (nobody confirms) is this many times the shortest (Lifeguard)
 * @param gossipIntervalMillis rumors that still spread are sent to some members each interval
 * @param gossipFanOut to how many
 * @param retransmitMultiplier a rumor is sent this many times log10 of the members
 * @param compareIntervalMillis the view of members is compared with a random one's each interval
 * @param deadProbeIntervalMillis one dead member is probed each interval, so that a healed partition is noticed
 * @param rumorBytesMax piggy-backed per message
 * @param refutes false only in the test that plants this bug: the simulation's invariants must catch it
 */
public record SwimConfig(
        long probeIntervalMillis,
        long probeTimeoutMillis,
        int indirectProbes,
        int suspicionMultiplier,
        int suspicionMaxFactor,
        long gossipIntervalMillis,
        int gossipFanOut,
        int retransmitMultiplier,
        long compareIntervalMillis,
        long deadProbeIntervalMillis,
        int rumorBytesMax,
        boolean refutes) {
    public static final SwimConfig DEFAULT = new SwimConfig(500, 200, 3, 6, 4, 100, 3, 4, 5_000, 2_000, 1_000, true);

    /** @throws IllegalArgumentException when a time or a number is not positive, or the time-out is not below the interval */
    public SwimConfig {
        if (probeTimeoutMillis <= 0
                || probeTimeoutMillis >= probeIntervalMillis
                || indirectProbes < 0
                || suspicionMultiplier < 1
                || suspicionMaxFactor < 1
                || gossipIntervalMillis < 1
                || gossipFanOut < 1
                || retransmitMultiplier < 1
                || compareIntervalMillis < 1
                || deadProbeIntervalMillis < 1
                || rumorBytesMax < 100) {
            throw new IllegalArgumentException("no sound SWIM times: " + probeIntervalMillis + "/" + probeTimeoutMillis
                    + " ms probe, fan-out " + gossipFanOut);
        }
    }

    /** The planted bug of the simulation. */
    public SwimConfig withoutRefutation() {
        return new SwimConfig(
                probeIntervalMillis,
                probeTimeoutMillis,
                indirectProbes,
                suspicionMultiplier,
                suspicionMaxFactor,
                gossipIntervalMillis,
                gossipFanOut,
                retransmitMultiplier,
                compareIntervalMillis,
                deadProbeIntervalMillis,
                rumorBytesMax,
                false);
    }
}
