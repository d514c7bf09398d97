package io.swarmnet.model.error;

/** What was asked for is well-formed and not allowed. HTTP 403. */
public class ForbiddenException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public ForbiddenException(String message) {
        super(403, message);
    }
}
