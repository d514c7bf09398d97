package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.object.NodeDescription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DescriptionBoundsTest {
    private static NodeDescription told(List<HostRoute> routes, Map<String, String> labels) {
        return new NodeDescription(
                "w",
                "x86_64",
                "linux",
                1,
                1,
                "28.2.2",
                labels,
                List.of(IpAddress.parse("198.18.0.2")),
                List.of(IpAddress.parse("198.18.0.2")),
                7946,
                4789,
                routes,
                List.of(),
                null,
                null);
    }

    @Test
    void aWholeDescriptionIsTaken() {
        List<HostRoute> routes = List.of(new HostRoute(Subnet.parse("198.18.0.0/24"), "eth0"));
        assertNull(DescriptionBounds.refusal(told(routes, Map.of("storage", "ssd"))));
    }

    /** Each network create and the scheduler look at every node's routes. */
    @Test
    void aRouteWithoutDestinationOrDeviceIsRefused() {
        assertNotNull(DescriptionBounds.refusal(told(List.of(new HostRoute(null, "eth0")), Map.of())));
        assertNotNull(
                DescriptionBounds.refusal(told(List.of(new HostRoute(Subnet.parse("198.18.0.0/24"), null)), Map.of())));
        assertNotNull(DescriptionBounds.refusal(
                told(List.of(new HostRoute(Subnet.parse("198.18.0.0/24"), "d".repeat(257))), Map.of())));
    }

    @Test
    void labelsHaveValuesAndABound() {
        Map<String, String> missing = new HashMap<>();
        missing.put("storage", null);
        assertNotNull(DescriptionBounds.refusal(told(List.of(), missing)));
        assertNotNull(DescriptionBounds.refusal(told(List.of(), Map.of("k", "v".repeat(257)))));
    }
}
