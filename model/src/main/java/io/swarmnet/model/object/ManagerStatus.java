package io.swarmnet.model.object;

import io.swarmnet.model.net.HostPort;

/**
 * Of managers only.
 *
 * @param address where the others reach its port 2377
 */
public record ManagerStatus(boolean leader, boolean reachable, HostPort address) {}
