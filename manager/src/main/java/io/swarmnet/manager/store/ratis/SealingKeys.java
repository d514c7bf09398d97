package io.swarmnet.manager.store.ratis;

import java.util.Optional;

/** The cluster keys this manager holds. Thread-safe. */
public interface SealingKeys {
    /** Seals what is written now. */
    SealingKey current();

    /** Opens what was written under an older key. */
    Optional<SealingKey> byId(int id);
}
