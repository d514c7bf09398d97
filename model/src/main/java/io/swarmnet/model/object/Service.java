package io.swarmnet.model.object;

import io.swarmnet.model.id.ServiceId;
import java.time.Instant;

/**
 * What the user asked to run.
 *
 * @param previousSpec before the last update, or null
 */
public record Service(
        ServiceId id, long version, Instant createdAt, Instant updatedAt, ServiceSpec spec, ServiceSpec previousSpec)
        implements Entity {
    @Override
    public String key() {
        return id.value();
    }

    @Override
    public EntityKind kind() {
        return EntityKind.SERVICE;
    }

    @Override
    public Service withVersion(long newVersion) {
        return new Service(id, newVersion, createdAt, updatedAt, spec, previousSpec);
    }
}
