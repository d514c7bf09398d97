package io.swarmnet.model.wire;

/** Bytes that are not what they should be. Checked, because bytes from a peer are never trusted. */
public class DecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    public DecodeException(String message) {
        super(message);
    }

    public DecodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
