package io.swarmnet.engine.api;

import io.swarmnet.engine.json.HostFacts;
import io.swarmnet.worker.Worker;
import io.vertx.core.Future;
import java.nio.file.Path;

/**
 * The node behind the API.
 *
 * @param started completes when the worker is up; until then only {@code /_ping} is answered
 * @param scratch directory for uploads on their way to the image store
 */
public record EngineNode(HostFacts host, Worker worker, Membership membership, Future<Void> started, Path scratch) {}
