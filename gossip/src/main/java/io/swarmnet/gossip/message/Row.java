package io.swarmnet.gossip.message;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointClaim;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.EndpointState;
import io.swarmnet.model.wire.DecodeException;
import java.util.Arrays;
import java.util.Objects;

/** A record with its claim and state opened, and found to fit one another. Nothing is said about its signatures. */
public record Row(EndpointRecord record, EndpointClaim claim, EndpointState state) {
    /** A claim or state longer than this is refused. */
    public static final int PART_BYTES_MAX = 16 * 1024;

    /**
     * Opens the record.
     *
     * @throws DecodeException when a part is unreadable, too long or lacks a field, when the state is not about the claim,
     *     or when it is by another node than the claim's
     */
    public static Row open(EndpointRecord record) throws DecodeException {
        checkLengths(record);
        EndpointClaim claim = record.claim().open();
        EndpointState state = record.state().open();
        boolean whole = claim.network() != null
                && claim.endpoint() != null
                && claim.node() != null
                && claim.addresses() != null
                && claim.names() != null
                && state.claimHash() != null
                && state.phase() != null
                && state.vteps() != null;
        if (!whole) {
            throw new DecodeException("record lacks a field");
        }
        if (!Objects.equals(claim.node(), state.node())) {
            throw new DecodeException("state by node " + state.node() + " on a claim of node " + claim.node());
        }
        if (!Arrays.equals(state.claimHash(), record.claim().hash())) {
            throw new DecodeException("state is about another claim than endpoint " + claim.endpoint());
        }
        return new Row(record, claim, state);
    }

    private static void checkLengths(EndpointRecord record) throws DecodeException {
        int claim = record.claim().claim().length + record.claim().signature().length;
        int state = record.state().state().length + record.state().signature().length;
        if (claim > PART_BYTES_MAX || state > PART_BYTES_MAX) {
            throw new DecodeException("record of " + claim + " and " + state + " bytes");
        }
    }

    public NetworkId network() {
        return claim.network();
    }

    public EndpointId endpoint() {
        return claim.endpoint();
    }

    /** The owner. */
    public NodeId node() {
        return claim.node();
    }

    public boolean isDown() {
        return state.phase() == EndpointPhase.DOWN;
    }

    /** About as many bytes as it takes on the wire. */
    public int sizeBytes() {
        return 16
                + record.claim().claim().length
                + record.claim().signature().length
                + record.state().state().length
                + record.state().signature().length;
    }

    /** The higher claim epoch holds, then the higher state version. */
    public boolean isNewerThan(Row other) {
        return isNewerThan(other.claim.epoch(), other.state.version());
    }

    public boolean isNewerThan(long epoch, long version) {
        return claim.epoch() != epoch ? claim.epoch() > epoch : state.version() > version;
    }

    public GossipMessage.Entry entry() {
        return new GossipMessage.Entry(endpoint(), claim.epoch(), state.version(), isDown());
    }
}
