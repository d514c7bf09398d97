package io.swarmnet.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.swim.SwimConfig;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty nodes for 110 virtual seconds. A seed that fails is printed and becomes a test of its own. */
@Tag("sim")
class GossipSimulationTest {
    private static final int NODES = 20;

    /** One to five, or as many as {@code -Dswarmnet.sim.seeds} says. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("swarmnet.sim.seeds", 5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void faultsHealAndNothingFalseIsBelieved(long seed) {
        SimCluster cluster = new SimCluster(seed, NODES, SwimConfig.DEFAULT);
        try {
            cluster.run();
        } finally {
            System.out.println(cluster.summary());
        }
        cluster.network.injected().forEach((fault, count) -> assertTrue(count > 0, "never injected: " + fault));
        assertTrue(cluster.falseSuspicions > 0, "the faults were too mild to make anybody suspect");
        assertTrue(cluster.falseDeaths > 0, "the faults were too mild to have anybody taken for dead");
    }

    @Test
    void lossAndShortFreezesKillNobody() {
        SimCluster cluster = new SimCluster(7, NODES, SwimConfig.DEFAULT);
        cluster.runMild(600_000);
        System.out.println("mild: " + cluster.summary());
        assertTrue(cluster.network.injected().get(SimNetwork.Fault.LOST) > 0);
        assertTrue(cluster.network.injected().get(SimNetwork.Fault.FROZEN) > 0);
        assertEquals(0, cluster.falseDeaths);
    }

    @Test
    void theInvariantsCatchANodeThatNeverRefutes() {
        SimCluster cluster = new SimCluster(1, NODES, SwimConfig.DEFAULT.withoutRefutation());
        AssertionError caught = assertThrows(AssertionError.class, cluster::run);
        System.out.println("planted bug caught: " + caught.getMessage());
        assertTrue(caught.getMessage().contains("was never told better"), caught.getMessage());
    }
}
