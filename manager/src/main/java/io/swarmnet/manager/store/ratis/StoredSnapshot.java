package io.swarmnet.manager.store.ratis;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.EntityKind;
import java.util.List;

/**
 * The whole state as it stands in a snapshot file.
 *
 * @param requests the remembered request ids, oldest first
 */
record StoredSnapshot(long version, List<StoredRequest> requests, List<StoredObject> objects) {
    record StoredRequest(RequestId request, long version) {}

    record StoredObject(EntityKind entityKind, JsonNode object) {}
}
