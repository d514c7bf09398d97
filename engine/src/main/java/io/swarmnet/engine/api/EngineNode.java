package io.swarmnet.engine.api;

import io.swarmnet.engine.json.HostFacts;
import io.swarmnet.worker.Worker;
import io.vertx.core.Future;
import java.nio.file.Path;

/**
 * The node behind the API.
 *
 * @param started completes with the worker when it is up; until then only {@code /_ping}, {@code /version} and {@code /info}
 *     are answered
 * @param scratch directory for uploads on their way to the image store
 */
public record EngineNode(HostFacts host, Membership membership, Future<? extends Worker> started, Path scratch) {
    /** Only once {@link #started} has succeeded. */
    Worker worker() {
        if (!started.succeeded()) {
            throw new IllegalStateException("the worker is asked before it is up");
        }
        return started.result();
    }
}
