package io.swarmnet.model.session;

import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.nio.ByteBuffer;

/** The frame of port 2377: u32 length of the body, u16 type, u16 version, body; big-endian (details D). */
public final class Frames {
    public static final int HEADER_BYTES = 8;

    /** Longest body of a session frame, bytes. */
    public static final int MAX_SESSION_BODY_BYTES = 4 << 20;

    /** Longest body on a join connection, bytes. */
    public static final int MAX_JOIN_BODY_BYTES = 64 << 10;

    public static final int VERSION = 1;

    private Frames() {}

    public static byte[] encode(SessionMessage message) {
        byte[] body = Encoding.encode(message);
        if (body.length > MAX_SESSION_BODY_BYTES) {
            throw new IllegalStateException(
                    message.getClass().getSimpleName() + " has " + body.length + " bytes, more than a frame holds");
        }
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .putInt(body.length)
                .putShort((short) MessageType.of(message).number())
                .putShort((short) VERSION)
                .put(body)
                .array();
    }

    /**
     * Takes the next whole frame off the buffer.
     *
     * @param maxBodyBytes the bound of this connection
     * @return null when the frame is not all there yet
     * @throws DecodeException when it is too long, of an unknown type, or garbage: end the connection
     */
    public static SessionMessage take(ByteBuffer in, int maxBodyBytes) throws DecodeException {
        if (in.remaining() < HEADER_BYTES) {
            return null;
        }
        int start = in.position();
        int length = in.getInt(start);
        int number = in.getShort(start + 4) & 0xffff;
        if (length < 0 || length > maxBodyBytes) {
            throw new DecodeException("frame of type " + number + " announces " + Integer.toUnsignedString(length)
                    + " bytes; the limit is " + maxBodyBytes);
        }
        if (in.remaining() < HEADER_BYTES + length) {
            return null;
        }
        MessageType type = MessageType.of(number);
        if (type == null) {
            throw new DecodeException("unknown frame type " + number);
        }
        byte[] body = new byte[length];
        in.position(start + HEADER_BYTES);
        in.get(body);
        return Encoding.decode(body, type.type());
    }
}
