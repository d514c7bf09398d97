package io.swarmnet.worker.container;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.worker.disk.Blocking;
import io.swarmnet.worker.disk.DirectoryWatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the logs of containers, and waits for their next lines by inotify and a timer, never by a thread. Thread-safe. */
final class ContainerLogs {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLogs.class);
    private static final int BYTES_MAX = 1 << 20;
    private static final long WAIT_MILLIS_MAX = 10_000;

    /** Tells a listener each container whose state changes, until what it answers is closed. */
    interface States {
        AutoCloseable watch(Consumer<Container> listener);
    }

    private final Executor executor;
    private final ScheduledExecutorService timers;
    private final DirectoryWatch watch;
    private final States states;

    ContainerLogs(Executor executor, ScheduledExecutorService timers, DirectoryWatch watch, States states) {
        this.executor = executor;
        this.timers = timers;
        this.watch = watch;
        this.states = states;
    }

    /**
     * What follows the cursor.
     *
     * @param of the container as it is at each moment
     * @param cursor 0 = from the {@code tail} last lines on, else as the answer before said
     * @param tail -1 = all
     * @param waitMillis for a line when there is none, 10 s at most
     * @param maxBytes 1 MiB at most
     */
    Future<NodeAnswer.Output> read(Supplier<Container> of, long cursor, int tail, long waitMillis, int maxBytes) {
        int bytes = Math.max(1, Math.min(BYTES_MAX, maxBytes));
        long wait = Math.max(0, Math.min(WAIT_MILLIS_MAX, waitMillis));
        return Blocking.call(executor, () -> readNow(of, cursor, tail, bytes))
                .compose(output -> output.pieces().isEmpty() && !output.ended() && wait > 0
                        ? await(of, output.cursor(), bytes, wait)
                        : Future.succeededFuture(output));
    }

    private NodeAnswer.Output readNow(Supplier<Container> of, long cursor, int tail, int maxBytes) throws IOException {
        // The state first: what was written before the end is there once the end is known.
        Container container = of.get();
        LogFile.Read read = new LogFile(Path.of(container.logPath())).read(cursor, tail, maxBytes);
        boolean over = container.state() != Container.State.RUNNING && container.state() != Container.State.CREATED;
        boolean ended = over && read.atEnd();
        return new NodeAnswer.Output(read.cursor(), read.pieces(), ended, ended ? container.exitCode() : -1);
    }

    /** One wait for a change, one look; the caller comes again. */
    private Future<NodeAnswer.Output> await(Supplier<Container> of, long cursor, int maxBytes, long waitMillis) {
        Promise<Void> changed = Promise.promise();
        ScheduledFuture<?> timer = timers.schedule(() -> changed.tryComplete(), waitMillis, TimeUnit.MILLISECONDS);
        ContainerId id = of.get().id();
        AutoCloseable state = states.watch(container -> {
            if (container.id().equals(id)) {
                tell(changed);
            }
        });
        Path directory = Path.of(of.get().logPath()).getParent();
        return Blocking.call(executor, () -> {
                    AutoCloseable lines = watch.watch(directory, path -> tell(changed));
                    NodeAnswer.Output meanwhile = readNow(of, cursor, -1, maxBytes);
                    if (!meanwhile.pieces().isEmpty() || meanwhile.ended()) {
                        changed.tryComplete(); // it came before the watch did
                    }
                    return lines;
                })
                .compose(lines -> changed.future().eventually(() -> {
                    timer.cancel(false);
                    return Blocking.call(executor, () -> {
                        lines.close();
                        return null;
                    });
                }))
                .onComplete(result -> closeQuietly(state))
                .compose(none -> Blocking.call(executor, () -> readNow(of, cursor, -1, maxBytes)));
    }

    private void tell(Promise<Void> changed) {
        try {
            timers.execute(changed::tryComplete);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nobody is told any more, the store is closed");
        }
    }

    private static void closeQuietly(AutoCloseable watching) {
        try {
            watching.close();
        } catch (Exception e) {
            LOG.debug("Watch not closed", e);
        }
    }
}
