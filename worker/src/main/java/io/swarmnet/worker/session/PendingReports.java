package io.swarmnet.worker.session;

import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.session.TaskUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest status of each task that the managers have not stored yet. What was sent over a session that ended is sent
 * again over the next. Pure; belongs to one event loop.
 */
final class PendingReports {
    private final int limit;
    private final int batch;
    private final Map<TaskId, TaskUpdate> unsent = new LinkedHashMap<>();
    private final Map<Long, Map<TaskId, TaskUpdate>> sent = new LinkedHashMap<>();
    private long nextSequence = 1;
    private int held;
    private long dropped;

    PendingReports(int limit, int batch) {
        this.limit = limit;
        this.batch = batch;
    }

    void add(TaskUpdate update) {
        if (unsent.remove(update.task()) == null) {
            held++;
        }
        unsent.put(update.task(), update);
        if (held > limit && unsent.size() > 1) {
            Iterator<TaskId> oldest = unsent.keySet().iterator();
            oldest.next();
            oldest.remove();
            held--;
            dropped++;
        }
    }

    /** The next report to send, or null when there is none. */
    SessionMessage.Report next() {
        if (unsent.isEmpty()) {
            return null;
        }
        Map<TaskId, TaskUpdate> taken = new LinkedHashMap<>();
        Iterator<Map.Entry<TaskId, TaskUpdate>> from = unsent.entrySet().iterator();
        while (from.hasNext() && taken.size() < batch) {
            Map.Entry<TaskId, TaskUpdate> entry = from.next();
            taken.put(entry.getKey(), entry.getValue());
            from.remove();
        }
        long sequence = nextSequence++;
        sent.put(sequence, taken);
        return new SessionMessage.Report(sequence, List.copyOf(taken.values()));
    }

    /** That report and all before it are stored. */
    void stored(long sequence) {
        Iterator<Map.Entry<Long, Map<TaskId, TaskUpdate>>> reports =
                sent.entrySet().iterator();
        while (reports.hasNext()) {
            Map.Entry<Long, Map<TaskId, TaskUpdate>> report = reports.next();
            if (report.getKey() <= sequence) {
                held -= report.getValue().size();
                reports.remove();
            }
        }
    }

    /** A new session: numbers begin at 1, and what was not stored is unsent again, oldest first. */
    void restart() {
        Map<TaskId, TaskUpdate> all = new HashMap<>();
        List<TaskId> order = new ArrayList<>();
        List<Map<TaskId, TaskUpdate>> parts = new ArrayList<>(sent.values());
        parts.add(new LinkedHashMap<>(unsent));
        for (Map<TaskId, TaskUpdate> part : parts) {
            part.forEach((task, update) -> {
                if (all.put(task, update) == null) {
                    order.add(task);
                }
            });
        }
        sent.clear();
        unsent.clear();
        order.forEach(task -> unsent.put(task, all.get(task)));
        held = unsent.size();
        nextSequence = 1;
    }

    int size() {
        return held;
    }

    long dropped() {
        return dropped;
    }
}
