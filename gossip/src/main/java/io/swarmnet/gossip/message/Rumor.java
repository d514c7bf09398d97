package io.swarmnet.gossip.message;

import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What spreads through all members by being passed on: one fact about one node. A newer one replaces an older one. */
public sealed interface Rumor {
    /** Whom it is about. */
    NodeId node();

    /** About as many bytes as it takes on the wire. */
    int sizeBytes();

    /**
     * What a member is believed to be.
     *
     * @param incarnation the member's own count: it alone raises it
     * @param confirmers nodes whose own probes failed; empty for {@code ALIVE} and {@code LEFT}
     */
    record OfMember(NodeId node, MemberState state, long incarnation, List<NodeId> confirmers) implements Rumor {
        /** More are of no use: two confirm a death. */
        public static final int CONFIRMERS_MAX = 4;

        public OfMember {
            confirmers = List.copyOf(confirmers);
        }

        @Override
        public int sizeBytes() {
            return 40 + 27 * confirmers.size();
        }
    }

    /**
     * The networks a node has endpoints in, all of them, in the node's own words.
     *
     * @param lamport the node's own count, the higher one holds
     * @param networks sorted
     * @param signature by the node over {@link #signedBytes}
     */
    record OfHoldings(NodeId node, long lamport, List<NetworkId> networks, byte[] signature) implements Rumor {
        public OfHoldings {
            networks = networks.stream().sorted().toList();
        }

        /** Starts with words that no endpoint state starts with, so that a signature of one is never one of the other. */
        public byte[] signedBytes() {
            StringBuilder text = new StringBuilder("swarmnet holdings 1\n" + node + "\n" + lamport + "\n");
            networks.forEach(network -> text.append(network).append('\n'));
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        }

        public OfHoldings signed(byte[] by) {
            return new OfHoldings(node, lamport, networks, by);
        }

        @Override
        public int sizeBytes() {
            return 50 + signature.length + 26 * networks.size();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof OfHoldings that
                    && node.equals(that.node)
                    && lamport == that.lamport
                    && networks.equals(that.networks)
                    && Arrays.equals(signature, that.signature);
        }

        @Override
        public int hashCode() {
            return 31 * node.hashCode() + Long.hashCode(lamport);
        }
    }
}
