package io.swarmnet.model.error;

/** No address, VNI or port is left in the pool. HTTP 503. */
public class PoolExhaustedException extends SwarmnetException {
    private static final long serialVersionUID = 1L;

    public PoolExhaustedException(String message) {
        super(503, message);
    }
}
