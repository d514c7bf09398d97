package io.swarmnet.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipeTest {
    @Test
    void carriesBothWaysToAChild() {
        try (Pipe in = Pipe.ourWrite();
                Pipe out = Pipe.ourRead()) {
            byte[] buffer = new byte[100];
            assertEquals(Pipe.WOULD_BLOCK, out.read(buffer));
            assertFalse(new Poll().readable(out.readEnd()).await(0));
            SpawnedProcess cat = Spawn.of(List.of("/bin/cat"))
                    .descriptor(0, in.readEnd())
                    .descriptor(1, out.writeEnd())
                    .start();
            in.closeRead();
            out.closeWrite();
            assertEquals(5, in.write("xhello".getBytes(StandardCharsets.US_ASCII), 1));
            in.closeWrite();
            Poll poll = new Poll().readable(in.readEnd()).readable(out.readEnd());
            assertTrue(poll.await(10_000));
            assertTrue(poll.ready(out.readEnd()));
            assertEquals("hello", new String(Arrays.copyOf(buffer, out.read(buffer)), StandardCharsets.US_ASCII));
            assertTrue(new Poll().readable(out.readEnd()).await(10_000));
            assertEquals(0, out.read(buffer));
            assertEquals(0, cat.waitFor());
        }
    }
}
