package io.swarmnet.manager;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Snapshot;
import java.util.List;

/**
 * One stage of the manager: given the state and the time it says what should change. Pure. One loop runs all stages on the
 * leader, commits what they say with a version check, and asks again when the version moved.
 */
public interface Stage {
    String name();

    List<Change> decide(Snapshot state, long nowMillis);

    /** When it wants to be asked again although nothing changed; {@link Long#MAX_VALUE} = never. */
    long nextMillis(Snapshot state, long nowMillis);
}
