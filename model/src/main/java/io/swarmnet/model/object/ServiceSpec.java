package io.swarmnet.model.object;

import java.util.Map;

/**
 * A service's specification.
 *
 * @param replicas tasks wanted, 0 and up; -1 = one on each node (global)
 * @param endpointMode {@code vip} or {@code dnsrr}
 * @param unused Docker's fields that have no effect yet but must be shown again (update and rollback policies), as JSON text
 */
public record ServiceSpec(
        String name,
        Map<String, String> labels,
        TaskSpec task,
        long replicas,
        String endpointMode,
        Map<String, String> unused) {
    public static final long GLOBAL = -1;

    public boolean isGlobal() {
        return replicas == GLOBAL;
    }

    public ServiceSpec withReplicas(long wanted) {
        return new ServiceSpec(name, labels, task, wanted, endpointMode, unused);
    }
}
