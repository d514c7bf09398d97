package io.swarmnet.gossip.swim;

import io.swarmnet.gossip.message.MemberState;
import io.swarmnet.gossip.message.Rumor;
import io.swarmnet.model.id.NodeId;
import java.util.List;

/** What one node knows of another. */
final class Member {
    final NodeId node;
    MemberState state = MemberState.ALIVE;
    long incarnation;
    /** Running while {@code SUSPECT}; kept while {@code DEAD}, for it names those who confirmed. */
    Suspicion suspicion;
    /** Verified, or null when none was heard. */
    Rumor.OfHoldings holdings;

    Member(NodeId node, long incarnation) {
        this.node = node;
        this.incarnation = incarnation;
    }

    Rumor.OfMember rumor() {
        return new Rumor.OfMember(node, state, incarnation, suspicion == null ? List.of() : suspicion.confirmers());
    }

    /** Order-independent part of the digest over all members. */
    long digest() {
        long hash = 0xcbf29ce484222325L;
        String id = node.value();
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        hash = mix(hash ^ mix(incarnation) ^ state.ordinal());
        return mix(hash + (holdings == null ? 0 : mix(holdings.lamport())));
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
