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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the reports of all sessions and commits them together, one commit at a time. Holds the newest status per task of
 * the reporter's own tasks, so it never holds more than there are tasks. A task takes few steps, but its words may change for
 * ever: those are committed once a second. Belongs to the dispatcher's event loop.
 */
final class StatusIntake {
    private static final Logger LOG = LoggerFactory.getLogger(StatusIntake.class);
    private static final long RETRY_MILLIS = 250;
    /** Each commit costs a sync and makes the stages decide anew, so a node must not cause them as it likes. */
    static final long WORDS_MILLIS = 1_000;

    private record Waiting(NodeId node, TaskUpdate update) {}

    private final Vertx vertx;
    private final ClusterStore store;
    private final Rereading commits;
    private final DispatcherConfig config;
    private final PortCounters counters;
    private final InstantSource clock;
    private final Map<TaskId, Waiting> waiting = new LinkedHashMap<>();
    private final Map<NodeSession, Long> unanswered = new HashMap<>();
    private long timer = -1;
    private long timerDueMillis;
    private long nextWordsMillis = Dispatcher.nowMillis();
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
        flushLater();
    }

    void forget(NodeSession session) {
        unanswered.remove(session);
    }

    void close() {
        isClosed = true;
        vertx.cancelTimer(timer);
        waiting.clear();
        unanswered.clear();
    }

    /** Soon, unless nothing but words wait and their time has not come. */
    private void flushLater() {
        if (waiting.isEmpty() && unanswered.isEmpty()) {
            return;
        }
        Snapshot state = store.snapshot();
        long wordsLeft = nextWordsMillis - Dispatcher.nowMillis();
        boolean onlyWords = !waiting.isEmpty()
                && waiting.values().stream().noneMatch(one -> StatusMerge.isStep(state, one.update()));
        if (onlyWords && wordsLeft > 0) {
            flushAfter(wordsLeft);
        } else if (waiting.size() >= config.statusBatch()) {
            flush();
        } else {
            flushAfter(config.statusDelayMillis());
        }
    }

    private void flushAfter(long millis) {
        long due = Dispatcher.nowMillis() + Math.max(1, millis);
        if (isCommitting || isClosed || timer >= 0 && timerDueMillis <= due) {
            return;
        }
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        timerDueMillis = due;
        timer = vertx.setTimer(Math.max(1, millis), late -> {
            timer = -1;
            flush();
        });
    }

    private void flush() {
        if (isCommitting || isClosed || unanswered.isEmpty() && waiting.isEmpty()) {
            return;
        }
        isCommitting = true;
        Snapshot now = store.snapshot();
        boolean withWords = Dispatcher.nowMillis() >= nextWordsMillis;
        Map<TaskId, Waiting> batch = new LinkedHashMap<>();
        Set<NodeId> left = new HashSet<>();
        waiting.forEach((task, one) -> {
            boolean isDue = withWords || StatusMerge.isStep(now, one.update());
            if (isDue && batch.size() < config.statusBatch()) {
                batch.put(task, one);
            } else {
                left.add(one.node());
            }
        });
        if (withWords && batch.values().stream().anyMatch(one -> !StatusMerge.isStep(now, one.update()))) {
            nextWordsMillis = Dispatcher.nowMillis() + WORDS_MILLIS;
        }
        Map<NodeSession, Long> answered = new HashMap<>(unanswered);
        answered.keySet().removeIf(session -> left.contains(session.node()));
        commits.commit(state -> changes(state, batch)).onComplete(done -> {
            isCommitting = false;
            if (done.succeeded()) {
                stored(batch, answered);
                flushLater();
            } else {
                // Nothing is lost: what waits is tried again, and the nodes keep their reports until they are answered.
                LOG.warn(
                        "Reports not stored updates={} reason={}",
                        batch.size(),
                        done.cause().getMessage());
                nextWordsMillis = Dispatcher.nowMillis();
                flushAfter(RETRY_MILLIS);
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
