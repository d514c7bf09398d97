package io.swarmnet.engine.api;

import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Logs of all tasks of a service, or of one task, from the nodes they are on, woven into one stream. */
final class ServiceLogs {
    private static final long NEW_TASKS_MILLIS = 500;
    private static final int MAX_TASKS = 1_000;

    private final Vertx vertx;
    private final EngineNode node;
    private final ContainerFinder finder;

    ServiceLogs(Vertx vertx, EngineNode node) {
        this.vertx = vertx;
        this.node = node;
        this.finder = new ContainerFinder(node);
    }

    void stream(Call call, boolean tty, Predicate<Task> wanted) {
        LogOptions options = LogOptions.of(call);
        SwarmControl control = node.membership().control();
        new Stream(call, options, tty, control, wanted).start();
    }

    /** One client that reads. Lives on the event loop of its connection. */
    private final class Stream implements OutputStreamer.Sink {
        private final Call call;
        private final HttpServerResponse response;
        private final LogOptions options;
        private final boolean tty;
        private final SwarmControl control;
        private final Predicate<Task> wanted;
        private final Set<TaskId> begun = new HashSet<>();
        private final List<String> failures = new ArrayList<>();
        private int open;
        private long timer = -1;

        Stream(Call call, LogOptions options, boolean tty, SwarmControl control, Predicate<Task> wanted) {
            this.call = call;
            this.response = call.response();
            this.options = options;
            this.tty = tty;
            this.control = control;
            this.wanted = wanted;
        }

        void start() {
            response.setChunked(true).putHeader("Content-Type", Frame.contentType(tty, call.minor()));
            response.closeHandler(gone -> stop());
            response.endHandler(ended -> stop());
            if (options.follow()) {
                response.writeHead();
                timer = vertx.setPeriodic(NEW_TASKS_MILLIS, tick -> begin());
            }
            begin();
            endIfDone();
        }

        private void stop() {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
                timer = -1;
            }
        }

        private void begin() {
            for (Task task : control.snapshot().tasks()) {
                boolean hasLog = task.nodeId() != null
                        && !TaskState.STARTING.isAfter(task.status().state())
                        && task.status().state() != TaskState.REJECTED;
                if (wanted.test(task) && hasLog && begun.size() < MAX_TASKS && begun.add(task.id())) {
                    read(task);
                }
            }
        }

        private void read(Task task) {
            open++;
            boolean here = task.nodeId().equals(node.membership().status().nodeId());
            ContainerFinder.Place place = here
                    ? local(task)
                    : new ContainerFinder.Place(Ids.containerOf(task.id()), null, task.nodeId(), task);
            long wait = options.follow() ? OutputStreamer.WAIT_MILLIS : 0;
            Future<?> end = place == null
                    ? Future.succeededFuture()
                    : OutputStreamer.run(
                            cursor -> finder.readLogs(place, cursor, options.tail(), wait, OutputStreamer.MAX_BYTES),
                            this,
                            options.format(tty, call.flag("details") ? details(task) : ""),
                            options.follow());
            end.onComplete(result -> {
                open--;
                if (result.failed()) {
                    failures.add("task " + task.id() + ": " + result.cause().getMessage());
                }
                endIfDone();
            });
        }

        private ContainerFinder.Place local(Task task) {
            return node.worker().containers().list().stream()
                    .filter(container -> task.id().equals(container.task()))
                    .findFirst()
                    .map(container -> new ContainerFinder.Place(container.id(), container, null, task))
                    .orElse(null);
        }

        private void endIfDone() {
            boolean over = open == 0 && (!options.follow() || !failures.isEmpty());
            if (!over || response.ended() || response.closed()) {
                return;
            }
            stop();
            if (!failures.isEmpty()) {
                String message = "warning: incomplete log stream. some logs could not be retrieved for the following"
                        + " reasons: " + String.join(", ", failures);
                response.end(tty ? Buffer.buffer(message) : Frame.error(message));
            } else {
                response.end();
            }
        }

        private String details(Task task) {
            return "com.docker.swarm.node.id=" + task.nodeId() + ",com.docker.swarm.service.id=" + task.serviceId()
                    + ",com.docker.swarm.task.id=" + task.id() + " ";
        }

        @Override
        public Future<Void> write(Buffer bytes) {
            return response.write(bytes);
        }

        @Override
        public boolean isClosed() {
            return response.closed() || response.ended();
        }
    }
}
