package io.swarmnet.dns.io;

/**
 * Bounds of {@link UpstreamForwarder}.
 *
 * @param serversMax how many servers of the list are asked, in order; Docker: 3
 * @param timeoutMillis for each server, connection included; Docker: 4,000
 * @param inFlightMax questions on their way at once, each holding a socket; above it REFUSED. Docker: 1,024
 * @param waitersMax askers that joined a question on its way
 * @param cacheEntriesMax replies kept, 0 = none
 * @param cacheSecondsMax for how long at most
 */
public record ForwarderConfig(
        int serversMax,
        long timeoutMillis,
        int inFlightMax,
        int waitersMax,
        int cacheEntriesMax,
        long cacheSecondsMax) {
    /** Docker's bounds, and a cache of 1,024 replies for at most five minutes. */
    public static ForwarderConfig defaults() {
        return new ForwarderConfig(3, 4_000, 1_024, 8_192, 1_024, 300);
    }
}
