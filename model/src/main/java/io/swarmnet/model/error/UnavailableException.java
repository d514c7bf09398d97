package io.swarmnet.model.error;

/** The node or cluster cannot do it now: not a manager, no leader, already part of a swarm. HTTP 503. */
public class UnavailableException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(503, message);
    }
}
