package io.swarmnet.manager.store;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * The cluster's desired state. A seam: Ratis keeps it today; an external key-value store may. Thread-safe. Nothing here
 * blocks.
 */
public interface ClusterStore {
    /** The newest state applied on this manager; immutable. */
    Snapshot snapshot();

    /**
     * Commits the changes, all or none, and completes when they are durable on a majority and applied here.
     *
     * <p>Fails with {@code StaleVersionException} when the expected version has moved, or an object's version differs from
     * the one its {@link Change} expects; {@code NameConflictException} when a {@link Change.Create} finds its key taken;
     * {@code UnavailableException} with Docker's no-leader words when there is no majority, and with the path when the disk
     * is full. A commit whose request id was applied before answers as it did then and changes nothing.
     */
    Future<Committed> commit(Commit commit);

    /**
     * Calls the listener after each applied commit, in order, on the store's own thread: hand over at once. The first call
     * brings the present state with no changes.
     *
     * @return closes the watch
     */
    AutoCloseable watch(Consumer<Applied> listener);

    /** True while this manager leads: the stages run here. */
    boolean isLeader();
}
