package io.swarmnet.gossip.swim;

import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NodeId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A running suspicion. Its time-out starts long and shrinks with each node that confirms it (Lifeguard, section IV-B): one
 * slow observer alone needs long to be believed.
 */
final class Suspicion {
    private final long startMillis;
    private final long minMillis;
    private final long maxMillis;
    private final int expected;
    private long pausedMillis;
    private final Set<NodeId> confirmers = new LinkedHashSet<>();

    /** @param expected confirmers after the first that bring the time-out down to its minimum, 0 or more */
    Suspicion(long startMillis, long minMillis, long maxMillis, int expected) {
        this.startMillis = startMillis;
        this.minMillis = minMillis;
        this.maxMillis = maxMillis;
        this.expected = expected;
    }

    /** @return false when it was known, or enough are */
    boolean confirm(NodeId by) {
        return confirmers.size() < Rumor.OfMember.CONFIRMERS_MAX && confirmers.add(by);
    }

    List<NodeId> confirmers() {
        return List.copyOf(confirmers);
    }

    int confirmations() {
        return confirmers.size();
    }

    /** We were stopped ourselves for so long, so nobody's silence counts. */
    void pause(long millis) {
        pausedMillis += millis;
    }

    long deadlineMillis() {
        double share = expected < 1 ? 1 : Math.log(Math.max(1, confirmers.size())) / Math.log(expected + 1.0);
        double timeout = maxMillis - (maxMillis - minMillis) * Math.min(1, share);
        return startMillis + pausedMillis + Math.max(minMillis, Math.round(timeout));
    }
}
