package io.swarmnet.worker.network;

import io.swarmnet.model.id.EndpointId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.record.SignedClaim;

/** What a network says to the other nodes. Calls before gossip runs are not lost: its start says all again. */
interface Announcer {
    void join(NetworkId network);

    void leave(NetworkId network);

    void up(SignedClaim claim);

    void down(NetworkId network, EndpointId endpoint);
}
