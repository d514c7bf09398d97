package io.swarmnet.worker.session;

/**
 * Times and bounds of the worker's end of a session.
 *
 * @param keepaliveMillis until the manager says its own
 * @param backoffMillisMin first pause after a failure; doubled each time, with jitter
 * @param backoffMillisMax longest pause
 * @param welcomeMillis how long a manager may take to answer Hello
 * @param reportBatch updates in one frame at most
 * @param reportLimit tasks whose newest status waits to be stored at most; beyond it the oldest is dropped and counted
 * @param askLimit questions in work at most
 */
public record SessionConfig(
        long keepaliveMillis,
        long backoffMillisMin,
        long backoffMillisMax,
        long welcomeMillis,
        int reportBatch,
        int reportLimit,
        int askLimit) {
    /** swarmkit's back-off of 0.1 to 8 s; the rest is ours. */
    public static final SessionConfig DEFAULT = new SessionConfig(1_000, 100, 8_000, 5_000, 200, 10_000, 64);
}
