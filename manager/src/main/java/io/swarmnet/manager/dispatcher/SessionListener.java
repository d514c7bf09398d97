package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.id.NodeId;
import io.vertx.core.Future;
import java.util.function.Function;

/** Is told of each node's session, so that it can be made an address on the cluster's event bus. Called on an event loop. */
public interface SessionListener {
    /** Does nothing. */
    SessionListener NONE = new SessionListener() {
        @Override
        public void opened(NodeId node, Function<byte[], Future<byte[]>> ask) {}

        @Override
        public void closed(NodeId node) {}
    };

    /** @param ask as {@link Dispatcher#ask}, for this node; may be called from any thread */
    void opened(NodeId node, Function<byte[], Future<byte[]>> ask);

    /** The node has no session any more; a session that another one of the same node replaced is not told. */
    void closed(NodeId node);
}
