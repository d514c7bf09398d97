package io.swarmnet.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessEndsTest {
    @Test
    void tellsOfEachEndOnce() throws InterruptedException {
        try (ProcessEnds ends = new ProcessEnds("test-ends")) {
            SpawnedProcess first = Spawn.of(List.of("/bin/sleep", "100")).start();
            SpawnedProcess second = Spawn.of(List.of("/bin/sleep", "100")).start();
            CountDownLatch firstEnded = new CountDownLatch(1);
            CountDownLatch secondEnded = new CountDownLatch(1);
            assertTrue(ends.watch(first.pid(), firstEnded::countDown));
            assertTrue(ends.watch(second.pid(), secondEnded::countDown));
            first.signal(15);
            assertTrue(firstEnded.await(10, TimeUnit.SECONDS));
            assertEquals(1, secondEnded.getCount());
            assertEquals(128 + 15, first.waitFor());
            assertFalse(ends.watch(first.pid(), () -> {}));
            second.signal(9);
            assertTrue(secondEnded.await(10, TimeUnit.SECONDS));
            second.waitFor();
        }
    }
}
