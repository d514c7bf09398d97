package io.swarmnet.model.object;

import java.util.Map;

/**
 * What {@code swarm init} and {@code swarm update} may set.
 *
 * @param taskHistoryLimit dead tasks kept per slot, 0 and up; Docker's default is 5
 * @param heartbeatMillis the dispatcher heartbeat that the API shows; Docker's default is 5,000
 * @param certificateExpirySeconds life of a node certificate, 3,600 and up; Docker's default is 90 days
 */
public record ClusterSpec(
        String name,
        Map<String, String> labels,
        int taskHistoryLimit,
        long heartbeatMillis,
        long certificateExpirySeconds) {
    public static final ClusterSpec DEFAULT = new ClusterSpec("default", Map.of(), 5, 5_000, 90L * 24 * 3600);
}
