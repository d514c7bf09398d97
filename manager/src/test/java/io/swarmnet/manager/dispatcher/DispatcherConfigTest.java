package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.swarmnet.model.object.ClusterSpec;
import org.junit.jupiter.api.Test;

class DispatcherConfigTest {
    @Test
    void theSwarmsHeartbeatScalesTheKeepalive() {
        assertEquals(
                DispatcherConfig.DEFAULT,
                DispatcherConfig.DEFAULT.withHeartbeat(ClusterSpec.DEFAULT.heartbeatMillis()));
        DispatcherConfig slow = DispatcherConfig.DEFAULT.withHeartbeat(50_000);
        assertEquals(10_000, slow.keepaliveMillis());
        assertEquals(160_000, slow.unknownGraceMillis());
        assertEquals(200, DispatcherConfig.DEFAULT.withHeartbeat(1).keepaliveMillis());
        assertEquals(
                60_000, DispatcherConfig.DEFAULT.withHeartbeat(Long.MAX_VALUE).keepaliveMillis());
    }
}
