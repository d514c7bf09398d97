package io.swarmnet.manager.dispatcher;

/**
 * Times and bounds of port 2377.
 *
 * @param keepaliveMillis both ends say something at least this often; four such periods of silence end a session
 * @param unknownGraceMillis how long after the start nodes that were ready may take to come back before they are down
 * @param assignmentDelayMillis changes within it go out as one assignment
 * @param statusDelayMillis reports within it are committed as one
 * @param statusBatch reports committed at once at most
 * @param askTimeoutMillis how long a node may take to answer a question
 * @param askLimit questions to one node outstanding at most
 * @param joinDeadlineMillis life of a join connection; also how long a session may wait with its first word
 * @param joinsPerSecond of one source address
 * @param joinConnections open at once, of all sources
 */
public record DispatcherConfig(
        long keepaliveMillis,
        long unknownGraceMillis,
        long assignmentDelayMillis,
        long statusDelayMillis,
        int statusBatch,
        long askTimeoutMillis,
        int askLimit,
        long joinDeadlineMillis,
        int joinsPerSecond,
        int joinConnections) {
    /** 1 s keepalive, 16 s grace (two silences of 4 s and the longest back-off), 20 ms and 10 ms of coalescing. */
    public static final DispatcherConfig DEFAULT =
            new DispatcherConfig(1_000, 16_000, 20, 10, 200, 15_000, 64, 10_000, 20, 128);

    private static final long KEEPALIVE_MILLIS_MIN = 200;
    private static final long KEEPALIVE_MILLIS_MAX = 60_000;

    /**
     * The same with its keepalive scaled by the swarm's {@code --dispatcher-heartbeat} (details G): Docker's 5 s stand for
     * our 1 s, and from 200 ms to 60 s it follows.
     */
    public DispatcherConfig withHeartbeat(long heartbeatMillis) {
        long keepalive = Math.max(KEEPALIVE_MILLIS_MIN, Math.min(KEEPALIVE_MILLIS_MAX, heartbeatMillis / 5));
        return new DispatcherConfig(
                keepalive,
                Math.max(unknownGraceMillis, 16 * keepalive),
                assignmentDelayMillis,
                statusDelayMillis,
                statusBatch,
                askTimeoutMillis,
                askLimit,
                joinDeadlineMillis,
                joinsPerSecond,
                joinConnections);
    }
}
