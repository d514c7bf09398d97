package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.session.TaskUpdate;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the reports of all sessions and commits them together, one commit at a time. Holds the newest status per task of
 * the reporter's own tasks, so it never holds more than there are tasks. Belongs to the dispatcher's event loop.
 */
final class StatusIntake {
    private static final Logger LOG = LoggerFactory.getLogger(StatusIntake.class);
    private static final long RETRY_MILLIS = 250;

    private record Waiting(NodeId node, TaskUpdate update) {}

    private final Vertx vertx;
    private final ClusterStore store;
    private final Rereading commits;
    private final DispatcherConfig config;
    private final PortCounters counters;
    private final InstantSource clock;
    private final Map<TaskId, Waiting> waiting = new LinkedHashMap<>();
    private final Map<NodeSession, Long> unanswered = new HashMap<>();
    private boolean isTimerSet;
    private boolean isCommitting;
    private boolean isClosed;

    StatusIntake(
            Vertx vertx,
            ClusterStore store,
            Rereading commits,
            DispatcherConfig config,
            PortCounters counters,
            InstantSource clock) {
        this.vertx = vertx;
        this.store = store;
        this.commits = commits;
        this.config = config;
        this.counters = counters;
        this.clock = clock;
    }

    /** Takes a report; the session is told when it, and every report before it, is stored. */
    void take(NodeSession session, long sequence, List<TaskUpdate> updates) {
        Snapshot state = store.snapshot();
        for (TaskUpdate update : updates) {
            if (StatusMerge.isOwn(state, session.node(), update)) {
                waiting.remove(update.task());
                waiting.put(update.task(), new Waiting(session.node(), update));
            } else {
                counters.droppedUpdates.increment();
            }
        }
        unanswered.put(session, sequence);
        if (waiting.size() >= config.statusBatch()) {
            flush();
        } else {
            flushAfter(config.statusDelayMillis());
        }
    }

    void forget(NodeSession session) {
        unanswered.remove(session);
    }

    void close() {
        isClosed = true;
        waiting.clear();
        unanswered.clear();
    }

    private void flushAfter(long millis) {
        if (!isTimerSet && !isCommitting) {
            isTimerSet = true;
            vertx.setTimer(Math.max(1, millis), timer -> {
                isTimerSet = false;
                flush();
            });
        }
    }

    private void flush() {
        if (isCommitting || isClosed || unanswered.isEmpty() && waiting.isEmpty()) {
            return;
        }
        isCommitting = true;
        Map<TaskId, Waiting> batch = new LinkedHashMap<>();
        for (Map.Entry<TaskId, Waiting> next : waiting.entrySet()) {
            if (batch.size() < config.statusBatch()) {
                batch.put(next.getKey(), next.getValue());
            }
        }
        boolean all = batch.size() == waiting.size();
        Map<NodeSession, Long> answered = all ? new HashMap<>(unanswered) : Map.of();
        commits.commit(state -> changes(state, batch)).onComplete(done -> {
            isCommitting = false;
            if (done.succeeded()) {
                stored(batch, answered);
            } else {
                // Nothing is lost: what waits is tried again, and the nodes keep their reports until they are answered.
                LOG.warn(
                        "Reports not stored updates={} reason={}",
                        batch.size(),
                        done.cause().getMessage());
            }
            if (!waiting.isEmpty() || !unanswered.isEmpty()) {
                flushAfter(done.succeeded() ? config.statusDelayMillis() : RETRY_MILLIS);
            }
        });
    }

    private List<Change> changes(Snapshot state, Map<TaskId, Waiting> batch) {
        List<Change> changes = new ArrayList<>();
        for (Waiting one : batch.values()) {
            StatusMerge.merge(state, one.node(), one.update(), clock.instant())
                    .map((Task task) -> new Change.Update(task))
                    .ifPresent(changes::add);
        }
        return changes;
    }

    private void stored(Map<TaskId, Waiting> batch, Map<NodeSession, Long> answered) {
        batch.forEach(waiting::remove);
        answered.forEach((session, sequence) -> {
            unanswered.remove(session, sequence);
            session.stored(sequence);
        });
    }
}
