package io.swarmnet.gossip.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.gossip.Claims;
import io.swarmnet.gossip.message.GossipMessage;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.record.EndpointPhase;
import io.swarmnet.model.record.EndpointRecord;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SignedState;
import io.swarmnet.model.wire.DecodeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndpointTableTest {
    private static final NetworkId NET = new NetworkId("net");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private final EndpointTable table = new EndpointTable(NET, TableConfig.DEFAULT);

    @Test
    void olderStateLoses() {
        put(row(1, 1, 5));
        assertFalse(table.wants(row(1, 1, 4)));
        assertFalse(table.wants(row(1, 1, 5)), "the same is nothing new");
        assertTrue(table.wants(row(1, 1, 6)));
    }

    @Test
    void higherClaimEpochBeatsAnyStateVersion() {
        put(row(1, 1, 500));
        assertTrue(table.wants(row(1, 2, 1)));
        put(row(1, 2, 1));
        assertFalse(table.wants(row(1, 1, 501)));
    }

    @Test
    void anOlderCopyDoesNotBringBackWhatWasWithdrawn() {
        put(row(1, 1, 5));
        put(down(1, 1, 6));
        assertNull(table.row(Claims.endpoint(1)));
        assertFalse(table.wants(row(1, 1, 5)));
        assertTrue(table.wants(row(1, 2, 1)), "a new claim does");
    }

    @Test
    void digestDoesNotDependOnOrderOrHistory() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            rows.add(row(i, 1, 10 + i));
        }
        rows.forEach(this::put);
        EndpointTable other = new EndpointTable(NET, TableConfig.DEFAULT);
        Collections.shuffle(rows, new Random(1));
        rows.forEach(
                row -> other.put(row(Integer.parseInt(row.claim().task().value().substring(4)), 1, 3), 0));
        other.put(row(99, 1, 1), 0);
        rows.forEach(row -> other.put(row, 0));
        assertNotEquals(table.digest(), other.digest());
        other.put(down(99, 1, 2), 0);
        assertEquals(table.digest(), other.digest(), "a withdrawn row leaves no trace in it");
    }

    @Test
    void summariesTellWhatEitherSideLacks() {
        EndpointTable other = new EndpointTable(NET, TableConfig.DEFAULT);
        put(row(1, 1, 1));
        put(row(2, 1, 9));
        put(down(3, 1, 2));
        put(down(4, 1, 2));
        other.put(row(2, 1, 8), 0);
        other.put(row(3, 1, 1), 0);
        other.put(row(5, 1, 1), 0);
        assertEquals(
                List.of(Claims.endpoint(1), Claims.endpoint(2), Claims.endpoint(3)),
                table.newerThan(other.summary()).stream().map(Row::endpoint).toList());
        assertTrue(table.lacks(other.summary()));
        assertEquals(1, other.newerThan(table.summary()).size());
    }

    @Test
    void aWithdrawalOfSomethingUnknownIsNotAskedFor() {
        assertFalse(table.lacks(List.of(new GossipMessage.Entry(Claims.endpoint(1), 1, 1, true))));
        assertTrue(table.lacks(List.of(new GossipMessage.Entry(Claims.endpoint(1), 1, 1, false))));
    }

    @Test
    void tombstonesAndRowsAreBounded() {
        TableConfig small = new TableConfig(3_000, 64, 5_000, 1_000, 3, 4, 10, 10);
        EndpointTable bounded = new EndpointTable(NET, small);
        for (int i = 0; i < 10; i++) {
            bounded.put(down(i, 1, 1), 0);
        }
        assertEquals(3, bounded.tombstones());
        bounded.forgetOldTombstones(1_000);
        assertEquals(0, bounded.tombstones());
        for (int i = 0; i < 4; i++) {
            assertTrue(bounded.put(row(i, 1, 1), 0));
        }
        assertFalse(bounded.put(row(4, 1, 1), 0));
        assertTrue(bounded.put(row(3, 1, 2), 0), "one that is known may change");
    }

    @Test
    void rowsOfAForgottenNodeMayComeBack() {
        put(row(1, 1, 1));
        put(open(Claims.record(NET, B, 2, 1, 1)));
        assertEquals(1, table.forget(A).size());
        assertEquals(1, table.rows().size());
        assertTrue(table.wants(row(1, 1, 1)));
    }

    @Test
    void rowsOfANodeThatLeftTheNetworkComeBackOnlyNewer() {
        put(row(1, 1, 3));
        table.orphan(A, 0);
        assertEquals(0, table.digest());
        assertFalse(table.wants(row(1, 1, 2)));
        assertFalse(table.wants(row(1, 1, 3)));
        assertTrue(table.wants(row(1, 1, 4)));
        assertEquals(List.of(), table.summary(), "nobody is to ask us for it");
    }

    @Test
    void aStateByAnotherNodeOrAboutAnotherClaimIsNoRecord() {
        EndpointRecord one = Claims.record(NET, A, 1, 1, 1);
        EndpointRecord other = Claims.record(NET, A, 2, 1, 1);
        EndpointRecord stolen = Claims.record(one.claim(), B, 1, EndpointPhase.UP, Claims.UNSIGNED);
        assertThrows(DecodeException.class, () -> Row.open(stolen));
        assertThrows(DecodeException.class, () -> Row.open(new EndpointRecord(one.claim(), other.state())));
    }

    @Test
    void garbageIsNoRecord() {
        Random random = new Random(9);
        EndpointRecord good = Claims.record(NET, A, 1, 1, 1);
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] claim = good.claim().claim().clone();
            byte[] state = good.state().state().clone();
            (i % 2 == 0 ? claim : state)[random.nextInt(i % 2 == 0 ? claim.length : state.length)] ^=
                    (byte) (1 + random.nextInt(255));
            try {
                Row.open(new EndpointRecord(new SignedClaim(claim, new byte[1]), new SignedState(state, new byte[1])));
                read++;
            } catch (DecodeException expected) {
                continue;
            }
        }
        assertTrue(read < 40_000, "a changed claim never fits its state, read " + read);
    }

    private void put(Row row) {
        table.put(row, 0);
    }

    private static Row row(int number, long epoch, long version) {
        return open(Claims.record(NET, A, number, epoch, version));
    }

    private static Row down(int number, long epoch, long version) {
        return open(Claims.record(NET, A, number, epoch, version, EndpointPhase.DOWN));
    }

    private static Row open(EndpointRecord record) {
        try {
            return Row.open(record);
        } catch (DecodeException e) {
            throw new AssertionError(e);
        }
    }
}
