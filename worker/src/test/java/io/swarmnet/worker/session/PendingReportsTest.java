package io.swarmnet.worker.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.session.TaskUpdate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingReportsTest {
    private static TaskUpdate update(String task, TaskState state) {
        return new TaskUpdate(new TaskId(task), new TaskStatus(state, Instant.EPOCH, "", null, 0, 0));
    }

    @Test
    void onlyTheNewestStatusOfATaskWaits() {
        PendingReports reports = new PendingReports(10, 5);
        reports.add(update("a", TaskState.STARTING));
        reports.add(update("a", TaskState.RUNNING));
        assertEquals(List.of(update("a", TaskState.RUNNING)), reports.next().updates());
        assertNull(reports.next());
    }

    @Test
    void whatWasNotStoredIsSaidAgainInTheNextSessionUnlessNewerIsKnown() {
        PendingReports reports = new PendingReports(10, 1);
        reports.add(update("a", TaskState.RUNNING));
        reports.add(update("b", TaskState.STARTING));
        assertEquals(1, reports.next().sequence());
        assertEquals(2, reports.next().sequence());
        reports.add(update("b", TaskState.RUNNING));
        reports.stored(1);
        reports.restart();
        SessionMessage.Report again = reports.next();
        assertEquals(1, again.sequence());
        assertEquals(List.of(update("b", TaskState.RUNNING)), again.updates());
        assertNull(reports.next());
        reports.stored(1);
        assertEquals(0, reports.size());
    }

    @Test
    void holdsNoMoreThanItsBoundAndCountsWhatItDrops() {
        PendingReports reports = new PendingReports(100, 10);
        for (int i = 0; i < 1_000; i++) {
            reports.add(update("t" + i, TaskState.RUNNING));
        }
        assertEquals(100, reports.size());
        assertEquals(900, reports.dropped());
        assertEquals(new TaskId("t900"), reports.next().updates().get(0).task());
    }
}
