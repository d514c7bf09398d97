package io.swarmnet.model.error;

/** The object changed since it was read: {@code update out of sequence}. HTTP 500. */
public class StaleVersionException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public StaleVersionException(String message) {
        super(500, message);
    }
}
