package io.swarmnet.worker.network;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.worker.kernel.Owner;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkViewsTest {
    @TempDir
    Path directory;

    @Test
    void whatDockerGwbridgeCannotBeIsRefused() {
        refuses("com.docker.network.driver.mtu", null, Map.of("com.docker.network.driver.mtu", "1400"), false);
        refuses("cannot be \"perhaps\"", null, Map.of(GatewayBridge.OPTION_ICC, "perhaps"), false);
        refuses("cannot be \"a b\"", null, Map.of(GatewayBridge.OPTION_LINK, "a b"), false);
        refuses("internal", null, Map.of(), true);
        refuses("--ip-range", new IpamConfig("172.30.0.0/16", "172.30.1.0/24", null, Map.of()), Map.of(), false);
        refuses("IPv4 only", new IpamConfig("fd00::/64", null, null, Map.of()), Map.of(), false);
    }

    private void refuses(String words, IpamConfig ipam, Map<String, String> options, boolean internal) {
        NetworkViews views = new NetworkViews(
                null, new GatewayBridge(directory, Owner.of(directory)), null, null, Clock.systemUTC(), () -> false);
        Throwable refusal = views.create(new NodeNetworks.LocalSpec(
                        GatewayConfig.NAME,
                        "bridge",
                        ipam == null ? List.of() : List.of(ipam),
                        options,
                        Map.of(),
                        internal))
                .cause();
        assertTrue(
                refusal instanceof InvalidSpecException && refusal.getMessage().contains(words),
                words + ": " + refusal);
    }
}
