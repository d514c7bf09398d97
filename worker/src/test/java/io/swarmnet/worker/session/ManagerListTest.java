package io.swarmnet.worker.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.net.HostPort;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManagerListTest {
    private static final HostPort A = HostPort.parse("10.0.0.1:2377");
    private static final HostPort B = HostPort.parse("10.0.0.2:2377");

    @Test
    void turnsToTheNextManagerAndPausesLongerAfterEachRound() {
        ManagerList list = new ManagerList(new Random(3), 100, 8_000);
        list.learn(List.of(A, B));
        long whole = 100;
        for (int round = 0; round < 12; round++) {
            for (HostPort expected : List.of(A, B)) {
                assertEquals(expected, list.current());
                long pause = list.failed();
                assertTrue(pause >= whole / 2 && pause <= whole, "pause " + pause + " of " + whole);
            }
            whole = Math.min(8_000, whole * 2);
        }
        list.succeeded();
        assertTrue(list.failed() <= 100);
    }

    @Test
    void keepsTheManagerItHasWhenItLearnsOthers() {
        ManagerList list = new ManagerList(new Random(3), 100, 8_000);
        list.learn(List.of(A));
        list.learn(List.of(B));
        assertEquals(A, list.current());
        assertEquals(List.of(B, A), list.all());
    }
}
