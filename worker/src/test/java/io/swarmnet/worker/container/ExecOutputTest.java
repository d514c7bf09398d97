package io.swarmnet.worker.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.session.NodeAnswer;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExecOutputTest {
    private final AtomicInteger roomTold = new AtomicInteger();
    private final ExecOutput output = new ExecOutput(roomTold::incrementAndGet);

    @Test
    void givesTheSameBytesAgainUntilTheCursorMovesOn() {
        output.append(1, new byte[] {1, 2, 3}, Instant.EPOCH);
        output.append(2, new byte[] {4}, Instant.EPOCH);
        assertEquals(2, output.read(0, 2).pieces().get(0).bytes().length);
        NodeAnswer.Output again = output.read(0, 100);
        assertEquals(4, again.cursor());
        assertEquals(2, again.pieces().size());
        assertArrayEquals(new byte[] {3}, output.read(2, 1).pieces().get(0).bytes());
        output.end(3);
        assertFalse(output.read(3, 0).ended() && output.read(3, 0).pieces().isEmpty());
        NodeAnswer.Output last = output.read(4, 100);
        assertTrue(last.ended());
        assertEquals(3, last.exitCode());
        assertTrue(output.read(Long.MAX_VALUE, 1).ended());
        assertTrue(output.read(-5, 1).ended());
    }

    @Test
    void holdsTheWriterBackAndTellsOfRoom() {
        output.append(1, new byte[ExecOutput.BYTES_MAX], Instant.EPOCH);
        assertFalse(output.hasRoom());
        output.read(0, 10);
        assertEquals(0, roomTold.get());
        output.read(10, 10);
        assertTrue(output.hasRoom());
        assertEquals(1, roomTold.get());
        output.discard();
        output.append(1, new byte[ExecOutput.BYTES_MAX], Instant.EPOCH);
        assertTrue(output.hasRoom());
    }

    @Test
    void losesNothingWhateverTheSteps() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            ExecOutput any = new ExecOutput(() -> {});
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            long cursor = 0;
            for (int i = 0; i < 300; i++) {
                if (random.nextBoolean()) {
                    byte[] bytes = new byte[1 + random.nextInt(50)];
                    random.nextBytes(bytes);
                    written.writeBytes(bytes);
                    any.append(1 + random.nextInt(2), bytes, Instant.EPOCH);
                }
                NodeAnswer.Output piece = any.read(cursor, random.nextInt(60));
                piece.pieces().forEach(each -> read.writeBytes(each.bytes()));
                cursor = piece.cursor();
            }
            any.read(cursor, 1 << 20).pieces().forEach(each -> read.writeBytes(each.bytes()));
            assertArrayEquals(written.toByteArray(), read.toByteArray(), "seed " + seed);
        }
    }
}
