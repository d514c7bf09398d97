package io.swarmnet.manager.store;

import io.swarmnet.model.id.RequestId;
import java.util.List;

/**
 * One transaction.
 *
 * @param request the same for every try of the same intent
 * @param expectedVersion the store version the decision was made from, or {@link #ANY_VERSION}
 */
public record Commit(RequestId request, long expectedVersion, List<Change> changes) {
    public static final long ANY_VERSION = -1;
}
