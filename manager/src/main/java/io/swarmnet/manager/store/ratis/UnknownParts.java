package io.swarmnet.manager.store.ratis;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import io.swarmnet.model.wire.UnknownFields;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The stored trees of those objects that a newer build wrote with fields this one does not know. Empty as long as all
 * managers run one build; never more entries than objects. Written by the applying thread, read by any.
 */
final class UnknownParts {
    private record Key(EntityKind kind, String key) {}

    private final Map<Key, JsonNode> trees = new ConcurrentHashMap<>();

    /** Remembers what stands in the stored tree and not in the object read from it. */
    void stored(Entity entity, JsonNode tree) {
        if (hasUnknown(tree, Encoding.toTree(entity))) {
            trees.put(keyOf(entity), tree);
        } else {
            trees.remove(keyOf(entity));
        }
    }

    void removed(EntityKind kind, String key) {
        trees.remove(new Key(kind, key));
    }

    void clear() {
        trees.clear();
    }

    /** The object as a tree, with whatever of its stored form this build does not know. */
    JsonNode treeOf(Entity entity) {
        JsonNode next = Encoding.toTree(entity);
        Optional.ofNullable(trees.get(keyOf(entity))).ifPresent(stored -> {
            try {
                Entity understood = Encoding.fromTree(stored, entity.kind().type());
                UnknownFields.carry(stored, Encoding.toTree(understood), next);
            } catch (DecodeException e) {
                throw new IllegalStateException("a stored tree that was read before: " + keyOf(entity), e);
            }
        });
        return next;
    }

    private static Key keyOf(Entity entity) {
        return new Key(entity.kind(), entity.key());
    }

    private static boolean hasUnknown(JsonNode stored, JsonNode understood) {
        if (!stored.isObject() || !understood.isObject()) {
            return false;
        }
        for (var field : stored.properties()) {
            JsonNode known = understood.get(field.getKey());
            if (known == null ? !field.getValue().isNull() : hasUnknown(field.getValue(), known)) {
                return true;
            }
        }
        return false;
    }
}
