package io.swarmnet.model.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.swarmnet.model.wire.DecodeException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    @Test
    void messagesComeBackHoweverTheyAreCut() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            List<SessionMessage> said = new ArrayList<>();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = 0; i < 30; i++) {
                SessionMessage message = random.nextBoolean()
                        ? new SessionMessage.Keepalive(0)
                        : new SessionMessage.Refusal(400, "x".repeat(random.nextInt(5_000)));
                said.add(message);
                wire.write(Frames.encode(message));
            }
            assertEquals(said, read(wire.toByteArray(), random));
        }
    }

    private static List<SessionMessage> read(byte[] wire, Random random) throws DecodeException {
        FrameReader reader = new FrameReader(Frames.MAX_JOIN_BODY_BYTES);
        List<SessionMessage> read = new ArrayList<>();
        for (int at = 0; at < wire.length; ) {
            int end = Math.min(wire.length, at + 1 + random.nextInt(3_000));
            reader.append(Arrays.copyOfRange(wire, at, end));
            at = end;
            SessionMessage message = reader.next();
            while (message != null) {
                read.add(message);
                message = reader.next();
            }
        }
        return read;
    }

    @Test
    void anAnnouncedLengthOverTheBoundIsRefusedBeforeTheBytesCome() {
        FrameReader reader = new FrameReader(Frames.MAX_JOIN_BODY_BYTES);
        reader.append(ByteBuffer.allocate(8)
                .putInt(Frames.MAX_JOIN_BODY_BYTES + 1)
                .putShort((short) 1)
                .putShort((short) 1)
                .array());
        assertThrows(DecodeException.class, reader::next);
    }

    @Test
    void garbageIsRefusedOrWaitedForAndNeverThrowsAnythingElse() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            if (garbage.length >= 6 && random.nextBoolean()) {
                // Short lengths and known types, so that bodies are reached.
                garbage[0] = 0;
                garbage[1] = 0;
                garbage[2] = 0;
                garbage[4] = 0;
                garbage[5] = (byte) MessageType.values()[random.nextInt(MessageType.values().length)].number();
            }
            FrameReader reader = new FrameReader(Frames.MAX_JOIN_BODY_BYTES);
            reader.append(garbage);
            try {
                reader.next();
            } catch (DecodeException expected) {
                // refused
            }
        }
    }

    @Test
    void anIncompleteFrameIsNoMessage() throws Exception {
        byte[] frame = Frames.encode(new SessionMessage.Refusal(400, "half"));
        FrameReader reader = new FrameReader(Frames.MAX_JOIN_BODY_BYTES);
        reader.append(Arrays.copyOf(frame, frame.length - 1));
        assertNull(reader.next());
    }
}
