package io.swarmnet.model.object;

import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself when its session opens and whenever it changes. Lists hold both families.
 *
 * @param architecture as Docker prints it, {@code x86_64}
 * @param operatingSystem {@code linux}
 * @param nanoCpus cores in billionths
 * @param memoryBytes main memory
 * @param addresses under which other nodes reach it, best first
 * @param vteps data-path addresses, at most one of each family used
 * @param gossipPort UDP and TCP, 1 to 65535
 * @param dataPathPort UDP, 1 to 65535
 * @param routes that its host uses
 * @param resolvers name servers its host uses
 * @param managerAddress where its port 2377 is reached, of managers only
 * @param publicKey X.509 SubjectPublicKeyInfo of its certificate, which checks its signatures
 */
public record NodeDescription(
        String hostname,
        String architecture,
        String operatingSystem,
        long nanoCpus,
        long memoryBytes,
        String engineVersion,
        Map<String, String> engineLabels,
        List<IpAddress> addresses,
        List<IpAddress> vteps,
        int gossipPort,
        int dataPathPort,
        List<HostRoute> routes,
        List<IpAddress> resolvers,
        HostPort managerAddress,
        byte[] publicKey) {
    @Override
    public boolean equals(Object other) {
        return other instanceof NodeDescription that
                && java.util.Arrays.equals(
                        io.swarmnet.model.wire.Encoding.encode(this), io.swarmnet.model.wire.Encoding.encode(that));
    }

    @Override
    public int hashCode() {
        return hostname == null ? 0 : hostname.hashCode();
    }
}
