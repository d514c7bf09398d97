package io.swarmnet.manager.store;

import java.util.List;

/**
 * A commit as it was applied.
 *
 * @param after the state with it
 * @param before the state without it
 */
public record Applied(Snapshot before, Snapshot after, List<Change> changes) {}
