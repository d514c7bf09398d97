package io.swarmnet.worker.agent;

import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import io.swarmnet.worker.container.Containers;
import io.vertx.core.Future;

/** Answers what a manager asks about this node's containers: logs, exec, inspect. Thread-safe. */
public final class NodeAnswers {
    private static final int BYTES_MAX = 1 << 20;
    private static final long WAIT_MILLIS_MAX = 10_000;

    private final Containers containers;

    public NodeAnswers(Containers containers) {
        this.containers = containers;
    }

    /** @param body {@link Encoding} of a {@link NodeRequest}; garbage is a failed future */
    public Future<byte[]> answer(byte[] body) {
        try {
            return answer(Encoding.decode(body, NodeRequest.class)).map(Encoding::encode);
        } catch (DecodeException | RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<? extends NodeAnswer> answer(NodeRequest request) {
        if (request instanceof NodeRequest.ReadLogs logs) {
            return containers.readLogs(
                    logs.container().value(),
                    logs.cursor(),
                    logs.tail(),
                    waitMillis(logs.waitMillis()),
                    bytes(logs.maxBytes()));
        }
        if (request instanceof NodeRequest.StartExec exec) {
            return containers
                    .exec(
                            exec.container().value(),
                            new Containers.ExecSpec(exec.command(), exec.env(), exec.workingDir(), exec.user(), false))
                    .map(started -> new NodeAnswer.ExecStarted(started.id(), started.pid()));
        }
        if (request instanceof NodeRequest.ReadExec read) {
            return containers
                    .findExec(read.exec())
                    .read(read.cursor(), waitMillis(read.waitMillis()), bytes(read.maxBytes()));
        }
        NodeRequest.Inspect inspect = (NodeRequest.Inspect) request;
        return Future.succeededFuture(new NodeAnswer.Container(
                Encoding.encode(containers.find(inspect.container().value()))));
    }

    private static long waitMillis(long millis) {
        return Math.max(0, Math.min(WAIT_MILLIS_MAX, millis));
    }

    private static int bytes(int wanted) {
        return Math.max(1, Math.min(BYTES_MAX, wanted));
    }
}
