package io.swarmnet.worker.container;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.id.Ids;
import io.swarmnet.worker.disk.Blocking;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts commands in running containers and finds them again. Thread-safe. */
final class ContainerExecs {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerExecs.class);
    private static final long START_MILLIS = 30_000;

    private final ContainerRuntime runtime;
    private final Executor executor;
    private final ScheduledExecutorService timers;
    private final RandomGenerator random = new SecureRandom();
    private final Execs running = new Execs();

    ContainerExecs(ContainerRuntime runtime, Executor executor, ScheduledExecutorService timers) {
        this.runtime = runtime;
        this.executor = executor;
        this.timers = timers;
    }

    /**
     * Starts a command; completes when it runs or could not be run.
     *
     * @param in asked on the executor; what it throws fails the future
     */
    Future<Containers.Exec> start(Supplier<Container> in, Containers.ExecSpec spec) {
        if (spec.command().isEmpty()) {
            return Future.failedFuture(new InvalidSpecException("No exec command specified"));
        }
        String id = Ids.newLocalId(random);
        return Blocking.call(executor, () -> start(in.get(), spec, id)).compose(started -> started);
    }

    private Future<Containers.Exec> start(Container container, Containers.ExecSpec spec, String id) throws IOException {
        ContainerStore.requireRunning(container);
        Path specFile = runtime.writeExecSpec(container, spec, id);
        Path pidFile = runtime.execPidFile(id);
        try {
            RunningExec exec = new RunningExec(id, container.id().value(), specFile, pidFile, spec.stdin(), timers);
            running.add(exec, System.nanoTime());
            Promise<Containers.Exec> answer = Promise.promise();
            ScheduledFuture<?> giveUp = timers.schedule(exec::abandon, START_MILLIS, TimeUnit.MILLISECONDS);
            exec.start(runtime.runc().execCommand(container.id(), specFile, pidFile))
                    .onComplete(result -> {
                        giveUp.cancel(false);
                        answer.handle(result);
                    });
            return answer.future();
        } catch (RuntimeException e) {
            running.remove(id);
            Files.deleteIfExists(specFile);
            throw e;
        }
    }

    /** To be called when a pid file may be there. */
    void fileChanged(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(".pid") && !name.startsWith(".")) {
            try {
                running.find(name.substring(0, name.length() - ".pid".length())).lookForPid();
            } catch (NotFoundException e) {
                LOG.debug("Pid file of an exec that is gone path={}", file);
            }
        }
    }

    /** @throws NotFoundException {@code No such exec instance: X} */
    Containers.Exec find(String id) {
        return running.find(id);
    }

    /** The container ended, and its execs with it. */
    void containerEnded(String containerId) {
        running.containerEnded(containerId);
    }
}
