package io.swarmnet.model.session;

import io.swarmnet.model.wire.DecodeException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts the pieces a connection brings together into messages. Holds one incomplete frame and the piece that came last,
 * never more. Pure; belongs to one connection.
 */
public final class FrameReader {
    private static final int FIRST_BYTES = 512;

    private final int maxBodyBytes;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int from;
    private int to;

    /** @param maxBodyBytes longest body this connection may send */
    public FrameReader(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Takes a piece. Call {@link #next} until it says null before the next piece, or the bound does not hold. */
    public void append(byte[] piece) {
        if (to + piece.length > bytes.length) {
            compact(piece.length);
        }
        System.arraycopy(piece, 0, bytes, to, piece.length);
        to += piece.length;
    }

    /**
     * The next whole message, or null when more bytes are needed.
     *
     * @throws DecodeException when what came is no message: end the connection
     */
    public SessionMessage next() throws DecodeException {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        SessionMessage message = Frames.take(in, maxBodyBytes);
        from = in.position();
        if (from == to) {
            from = 0;
            to = 0;
            if (bytes.length > 64 * FIRST_BYTES) {
                bytes = new byte[FIRST_BYTES];
            }
        }
        return message;
    }

    private void compact(int more) {
        int kept = to - from;
        int wanted = Math.max(kept + more, Math.min(2 * kept, Frames.HEADER_BYTES + maxBodyBytes));
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), wanted);
        } else {
            System.arraycopy(bytes, from, bytes, 0, kept);
        }
        from = 0;
        to = kept;
    }
}
