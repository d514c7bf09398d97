package io.swarmnet.manager.store;

import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The rules of {@link ClusterStore} without durability: the state machine of the durable store, and the store of
 * simulations. Applies commits one at a time; each leaves an immutable state.
 */
public final class InMemoryStore implements ClusterStore {
    /** How many request ids are remembered, so that a retry is answered and not applied again (details E). */
    public static final int REMEMBERED_REQUESTS = 10_000;

    private final Map<RequestId, Long> requests = new LinkedHashMap<>();
    private final CopyOnWriteArrayList<Consumer<Applied>> watchers = new CopyOnWriteArrayList<>();
    private volatile State state = State.EMPTY;

    @Override
    public Snapshot snapshot() {
        return state;
    }

    @Override
    public Future<Committed> commit(Commit commit) {
        try {
            return Future.succeededFuture(apply(commit));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** Applies one commit, or throws what {@link ClusterStore#commit} fails with and changes nothing. */
    public synchronized Committed apply(Commit commit) {
        Long before = requests.get(commit.request());
        if (before != null) {
            return new Committed(before);
        }
        State old = state;
        if (commit.expectedVersion() != Commit.ANY_VERSION && commit.expectedVersion() != old.version) {
            throw new StaleVersionException("update out of sequence");
        }
        State next = old.with(commit.changes());
        state = next;
        remember(commit.request(), next.version);
        Applied applied = new Applied(old, next, commit.changes());
        watchers.forEach(watcher -> watcher.accept(applied));
        return new Committed(next.version);
    }

    private void remember(RequestId request, long version) {
        requests.put(request, version);
        if (requests.size() > REMEMBERED_REQUESTS) {
            requests.remove(requests.keySet().iterator().next());
        }
    }

    /**
     * The state that the changes would make of the base; nothing is stored.
     *
     * @throws RuntimeException as {@link #apply} does when a change does not fit
     */
    public static Snapshot preview(Snapshot base, List<Change> changes) {
        return (base instanceof State state ? state : State.copyOf(base)).with(changes);
    }

    /** Request ids with the versions they were answered with, oldest first: part of a snapshot. */
    public synchronized Map<RequestId, Long> requests() {
        return new LinkedHashMap<>(requests);
    }

    /** Replaces everything by what a snapshot held. Watchers see it as one step without changes. */
    public synchronized void restore(long version, Collection<Entity> entities, Map<RequestId, Long> answered) {
        State old = state;
        EnumMap<EntityKind, TreeMap<String, Entity>> tables = new EnumMap<>(EntityKind.class);
        for (Entity entity : entities) {
            tables.computeIfAbsent(entity.kind(), kind -> new TreeMap<>()).put(entity.key(), entity);
        }
        state = new State(version, tables);
        requests.clear();
        requests.putAll(answered);
        Applied applied = new Applied(old, state, List.of());
        watchers.forEach(watcher -> watcher.accept(applied));
    }

    @Override
    public synchronized AutoCloseable watch(Consumer<Applied> listener) {
        listener.accept(new Applied(state, state, List.of()));
        watchers.add(listener);
        return () -> watchers.remove(listener);
    }

    @Override
    public boolean isLeader() {
        return true;
    }

    private static final class State implements Snapshot {
        static final State EMPTY = new State(0, new EnumMap<>(EntityKind.class));

        final long version;
        final EnumMap<EntityKind, TreeMap<String, Entity>> tables;

        State(long version, EnumMap<EntityKind, TreeMap<String, Entity>> tables) {
            this.version = version;
            this.tables = tables;
        }

        static State copyOf(Snapshot snapshot) {
            EnumMap<EntityKind, TreeMap<String, Entity>> tables = new EnumMap<>(EntityKind.class);
            for (EntityKind kind : EntityKind.values()) {
                TreeMap<String, Entity> table = new TreeMap<>();
                snapshot.all(kind, Entity.class).forEach(entity -> table.put(entity.key(), entity));
                tables.put(kind, table);
            }
            return new State(snapshot.version(), tables);
        }

        State with(List<Change> changes) {
            EnumMap<EntityKind, TreeMap<String, Entity>> next = new EnumMap<>(tables);
            EnumMap<EntityKind, Boolean> copied = new EnumMap<>(EntityKind.class);
            for (Change change : changes) {
                EntityKind kind = kindOf(change);
                if (copied.put(kind, true) == null) {
                    next.put(kind, new TreeMap<>(next.getOrDefault(kind, new TreeMap<>())));
                }
                apply(change, next.get(kind), version + 1);
            }
            return new State(version + 1, next);
        }

        private static EntityKind kindOf(Change change) {
            if (change instanceof Change.Create create) {
                return create.entity().kind();
            }
            if (change instanceof Change.Update update) {
                return update.entity().kind();
            }
            return ((Change.Delete) change).entityKind();
        }

        private static void apply(Change change, TreeMap<String, Entity> table, long version) {
            if (change instanceof Change.Create create) {
                if (table.putIfAbsent(create.entity().key(), create.entity().withVersion(version)) != null) {
                    throw new NameConflictException(
                            create.entity().kind() + " " + create.entity().key() + " already exists");
                }
            } else if (change instanceof Change.Update update) {
                Entity stored = table.get(update.entity().key());
                if (stored == null || stored.version() != update.entity().version()) {
                    throw new StaleVersionException("update out of sequence");
                }
                table.put(update.entity().key(), update.entity().withVersion(version));
            } else if (change instanceof Change.Delete delete) {
                Entity stored = table.get(delete.key());
                if (stored != null && delete.version() != Commit.ANY_VERSION && stored.version() != delete.version()) {
                    throw new StaleVersionException("update out of sequence");
                }
                table.remove(delete.key());
            }
        }

        @Override
        public long version() {
            return version;
        }

        @Override
        public <T extends Entity> Collection<T> all(EntityKind kind, Class<T> type) {
            List<T> all = new ArrayList<>();
            tables.getOrDefault(kind, new TreeMap<>()).values().forEach(entity -> all.add(type.cast(entity)));
            return Collections.unmodifiableList(all);
        }

        @Override
        public <T extends Entity> Optional<T> find(EntityKind kind, String key, Class<T> type) {
            return Optional.ofNullable(
                            tables.getOrDefault(kind, new TreeMap<>()).get(key))
                    .map(type::cast);
        }
    }
}
