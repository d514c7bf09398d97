package io.swarmnet.manager.store.ratis;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.manager.store.ratis.StoredCommit.StoredChange;
import io.swarmnet.manager.store.ratis.StoredCommit.Verb;
import io.swarmnet.manager.store.ratis.StoredSnapshot.StoredObject;
import io.swarmnet.manager.store.ratis.StoredSnapshot.StoredRequest;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commits and snapshots as bytes and back ({@link Encoding}); fields of a newer build pass through. */
final class StoreCodec {
    private final UnknownParts unknown;

    StoreCodec(UnknownParts unknown) {
        this.unknown = unknown;
    }

    byte[] encode(Commit commit) {
        List<StoredChange> changes = new ArrayList<>();
        for (Change change : commit.changes()) {
            changes.add(toStored(change));
        }
        return Encoding.encode(new StoredCommit(commit.request(), commit.expectedVersion(), changes));
    }

    private StoredChange toStored(Change change) {
        if (change instanceof Change.Create create) {
            return new StoredChange(Verb.CREATE, create.entity().kind(), null, 0, Encoding.toTree(create.entity()));
        }
        if (change instanceof Change.Update update) {
            return new StoredChange(Verb.UPDATE, update.entity().kind(), null, 0, unknown.treeOf(update.entity()));
        }
        Change.Delete delete = (Change.Delete) change;
        return new StoredChange(Verb.DELETE, delete.entityKind(), delete.key(), delete.version(), null);
    }

    static Commit toCommit(StoredCommit stored) throws DecodeException {
        List<Change> changes = new ArrayList<>();
        for (StoredChange change : stored.changes()) {
            changes.add(
                    switch (change.verb()) {
                        case CREATE -> new Change.Create(entity(change.entityKind(), change.object()));
                        case UPDATE -> new Change.Update(entity(change.entityKind(), change.object()));
                        case DELETE -> new Change.Delete(change.entityKind(), change.key(), change.version());
                    });
        }
        return new Commit(stored.request(), stored.expectedVersion(), changes);
    }

    /**
     * Called after the commit was applied: keeps the parts of its objects that this build does not know.
     *
     * @param commit what {@link #toCommit} made of the stored one
     */
    void keepUnknown(StoredCommit stored, Commit commit) {
        for (int i = 0; i < stored.changes().size(); i++) {
            Change change = commit.changes().get(i);
            JsonNode tree = stored.changes().get(i).object();
            if (change instanceof Change.Create create) {
                unknown.stored(create.entity(), tree);
            } else if (change instanceof Change.Update update) {
                unknown.stored(update.entity(), tree);
            } else if (change instanceof Change.Delete delete) {
                unknown.removed(delete.entityKind(), delete.key());
            }
        }
    }

    byte[] encode(Snapshot snapshot, Map<RequestId, Long> requests) {
        List<StoredObject> objects = new ArrayList<>();
        for (EntityKind kind : EntityKind.values()) {
            for (Entity entity : snapshot.all(kind, Entity.class)) {
                objects.add(new StoredObject(kind, unknown.treeOf(entity)));
            }
        }
        List<StoredRequest> answered = new ArrayList<>();
        requests.forEach((request, version) -> answered.add(new StoredRequest(request, version)));
        return Encoding.encode(new StoredSnapshot(snapshot.version(), answered, objects));
    }

    void restore(byte[] plain, InMemoryStore into) throws DecodeException {
        StoredSnapshot stored = Encoding.decode(plain, StoredSnapshot.class);
        unknown.clear();
        List<Entity> entities = new ArrayList<>();
        for (StoredObject object : stored.objects()) {
            Entity entity = entity(object.entityKind(), object.object());
            unknown.stored(entity, object.object());
            entities.add(entity);
        }
        Map<RequestId, Long> requests = new LinkedHashMap<>();
        stored.requests().forEach(request -> requests.put(request.request(), request.version()));
        into.restore(stored.version(), entities, requests);
    }

    private static Entity entity(EntityKind kind, JsonNode tree) throws DecodeException {
        if (kind == null || tree == null) {
            throw new DecodeException("a stored object without kind or content");
        }
        return Encoding.fromTree(tree, kind.type());
    }
}
