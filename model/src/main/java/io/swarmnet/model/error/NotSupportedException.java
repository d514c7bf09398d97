package io.swarmnet.model.error;

/** A feature that is not there, told as such. HTTP 501. */
public class NotSupportedException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public NotSupportedException(String message) {
        super(501, message);
    }
}
