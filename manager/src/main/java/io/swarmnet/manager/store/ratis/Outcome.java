package io.swarmnet.manager.store.ratis;

import io.swarmnet.manager.store.Committed;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.StaleVersionException;
import io.vertx.core.Future;

/**
 * What the state machine answers to a commit: the same on every manager.
 *
 * @param message the sentence of a refusal; null when applied
 */
record Outcome(Result result, long version, String message) {
    enum Result {
        APPLIED,
        STALE_VERSION,
        NAME_CONFLICT
    }

    static Outcome applied(Committed committed) {
        return new Outcome(Result.APPLIED, committed.version(), null);
    }

    static Outcome stale(StaleVersionException e) {
        return new Outcome(Result.STALE_VERSION, 0, e.getMessage());
    }

    static Outcome conflict(NameConflictException e) {
        return new Outcome(Result.NAME_CONFLICT, 0, e.getMessage());
    }

    Future<Committed> toFuture() {
        return switch (result) {
            case APPLIED -> Future.succeededFuture(new Committed(version));
            case STALE_VERSION -> Future.failedFuture(new StaleVersionException(message));
            case NAME_CONFLICT -> Future.failedFuture(new NameConflictException(message));
        };
    }
}
