package io.swarmnet.manager.store;

import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;

/** One object written or removed. */
public sealed interface Change {
    /** Writes an object that must not exist. */
    record Create(Entity entity) implements Change {}

    /** Writes over an object whose stored version must be {@code entity.version()}. */
    record Update(Entity entity) implements Change {}

    /**
     * Removes an object; nothing happens when it is gone.
     *
     * @param version the stored version it must have, or {@link Commit#ANY_VERSION}
     */
    record Delete(EntityKind entityKind, String key, long version) implements Change {}
}
