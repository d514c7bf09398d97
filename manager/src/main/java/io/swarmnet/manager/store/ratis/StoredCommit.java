package io.swarmnet.manager.store.ratis;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.EntityKind;
import java.util.List;

/** A commit as it stands in the log, its objects as trees, so that fields this build does not know are kept. */
record StoredCommit(RequestId request, long expectedVersion, List<StoredChange> changes) {
    enum Verb {
        CREATE,
        UPDATE,
        DELETE
    }

    /**
     * @param key of what is deleted; null for the other verbs, whose object has it
     * @param version expected by a delete; 0 for the other verbs
     * @param object null for a delete
     */
    record StoredChange(Verb verb, EntityKind entityKind, String key, long version, JsonNode object) {}
}
