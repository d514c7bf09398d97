package io.swarmnet.model.error;

/** What was asked for is malformed or contradicts itself. HTTP 400. */
public class InvalidSpecException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public InvalidSpecException(String message) {
        super(400, message);
    }
}
