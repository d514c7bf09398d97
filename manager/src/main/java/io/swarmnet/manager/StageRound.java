package io.swarmnet.manager;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All stages one after the other, each seeing what those before it decided, so that a new service goes from order to
 * assignment in one commit. Pure.
 */
public final class StageRound {
    private record Key(EntityKind kind, String key) {}

    private final List<Stage> stages;

    public StageRound(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    /** What all of them together would change; empty when all is as it should be. To be committed at this version only. */
    public List<Change> decide(Snapshot state, long nowMillis) {
        List<Change> all = new ArrayList<>();
        Snapshot seen = state;
        for (Stage stage : stages) {
            List<Change> changes = stage.decide(seen, nowMillis);
            if (!changes.isEmpty()) {
                all.addAll(changes);
                seen = InMemoryStore.preview(seen, changes);
            }
        }
        return squash(all);
    }

    /** When a stage wants to be asked again although nothing changed. */
    public long nextMillis(Snapshot state, long nowMillis) {
        return stages.stream()
                .mapToLong(stage -> stage.nextMillis(state, nowMillis))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** One change for each object: from what it was before the round to what it is after. */
    public static List<Change> squash(List<Change> changes) {
        Map<Key, Change> last = new LinkedHashMap<>();
        for (Change change : changes) {
            Key key = keyOf(change);
            Change before = last.remove(key);
            Change both = before == null ? change : merge(before, change);
            if (both != null) {
                last.put(key, both);
            }
        }
        return List.copyOf(last.values());
    }

    private static Key keyOf(Change change) {
        if (change instanceof Change.Create create) {
            return new Key(create.entity().kind(), create.entity().key());
        }
        if (change instanceof Change.Update update) {
            return new Key(update.entity().kind(), update.entity().key());
        }
        Change.Delete delete = (Change.Delete) change;
        return new Key(delete.entityKind(), delete.key());
    }

    private static Change merge(Change before, Change after) {
        if (before instanceof Change.Create) {
            return after instanceof Change.Update update ? new Change.Create(update.entity()) : null;
        }
        long version = before instanceof Change.Update update ? update.entity().version() : deletedVersion(before);
        if (after instanceof Change.Delete delete) {
            return new Change.Delete(delete.entityKind(), delete.key(), version);
        }
        Entity entity = after instanceof Change.Update update ? update.entity() : ((Change.Create) after).entity();
        return new Change.Update(entity.withVersion(version));
    }

    private static long deletedVersion(Change change) {
        long version = ((Change.Delete) change).version();
        if (version == Commit.ANY_VERSION) {
            throw new IllegalStateException("a stage deleted without a version and made anew: " + change);
        }
        return version;
    }
}
