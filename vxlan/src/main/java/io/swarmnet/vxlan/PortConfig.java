package io.swarmnet.vxlan;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.MacAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * An endpoint's port.
 *
 * @param sandbox path of the task's network namespace
 * @param interfaceName inside the sandbox, such as {@code eth0}; at most 15 bytes
 */
public record PortConfig(
        EndpointId endpoint, Path sandbox, String interfaceName, MacAddress mac, List<CidrAddress> addresses) {}
