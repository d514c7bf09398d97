package io.swarmnet.worker.network;

import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import java.time.Instant;
import java.util.Map;

/**
 * docker_gwbridge as it is stored.
 *
 * @param id 64 hexadecimal digits
 * @param link name of the bridge; docker_gwbridge for the first daemon of a network namespace, suffixed for further ones
 * @param interContainer whether tasks may reach each other over it; Docker's docker_gwbridge says no
 * @param userMade it was there before the node entered a swarm, and stays when the node leaves
 * @param foreignLink the link itself was made by somebody else and is never removed
 */
record GatewayConfig(
        String id,
        Instant createdAt,
        String link,
        Subnet subnet,
        IpAddress gateway,
        boolean interContainer,
        boolean masquerade,
        Map<String, String> options,
        Map<String, String> labels,
        boolean userMade,
        boolean foreignLink) {
    static final String NAME = "docker_gwbridge";
}
