package io.swarmnet.model.error;

/** The name or address is taken. HTTP 409. */
public class NameConflictException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public NameConflictException(String message) {
        super(409, message);
    }
}
