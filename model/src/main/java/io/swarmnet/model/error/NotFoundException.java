package io.swarmnet.model.error;

/** The named object does not exist. HTTP 404. */
public class NotFoundException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public NotFoundException(String message) {
        super(404, message);
    }
}
