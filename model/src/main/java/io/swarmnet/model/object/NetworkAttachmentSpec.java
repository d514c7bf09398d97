package io.swarmnet.model.object;

import io.swarmnet.model.id.NetworkId;
import java.util.List;

/** A network that a task joins, resolved to its id when the service was made, and the aliases it has there. */
public record NetworkAttachmentSpec(NetworkId target, List<String> aliases) {}
