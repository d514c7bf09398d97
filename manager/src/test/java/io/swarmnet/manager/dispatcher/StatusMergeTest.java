package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.InMemoryStore;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.TaskUpdate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusMergeTest {
    private static final NodeId OWNER = new NodeId("owner");

    private static Snapshot with(TaskState known) {
        InMemoryStore store = new InMemoryStore();
        Task task = Desired.task("t", OWNER, "net").withStatus(Desired.status(known));
        store.apply(new Commit(new RequestId("r"), Commit.ANY_VERSION, List.of(new Change.Create(task))));
        return store.snapshot();
    }

    private static TaskUpdate update(TaskState state) {
        return new TaskUpdate(new TaskId("t"), Desired.status(state));
    }

    @Test
    void statesOnlyIncreaseWhateverIsReported() {
        for (TaskState known : TaskState.values()) {
            for (TaskState told : TaskState.values()) {
                boolean nodesToSay = told.isAfter(TaskState.ASSIGNED) && TaskState.REMOVE.isAfter(told);
                assertEquals(
                        nodesToSay && told.isAfter(known),
                        StatusMerge.merge(with(known), OWNER, update(told), Instant.EPOCH)
                                .isPresent(),
                        known + " then " + told);
            }
        }
    }

    @Test
    void nobodyReportsAnothersTask() {
        NodeId thief = new NodeId("thief");
        assertFalse(StatusMerge.isOwn(with(TaskState.ASSIGNED), thief, update(TaskState.RUNNING)));
        assertTrue(StatusMerge.merge(with(TaskState.ASSIGNED), thief, update(TaskState.FAILED), Instant.EPOCH)
                .isEmpty());
    }

    @Test
    void incompleteUpdatesAreNobodys() {
        Snapshot state = with(TaskState.ASSIGNED);
        assertFalse(StatusMerge.isOwn(state, OWNER, null));
        assertFalse(StatusMerge.isOwn(state, OWNER, new TaskUpdate(null, Desired.status(TaskState.RUNNING))));
        assertFalse(StatusMerge.isOwn(state, OWNER, new TaskUpdate(new TaskId("t"), null)));
        assertFalse(StatusMerge.isOwn(
                state, OWNER, new TaskUpdate(new TaskId("t"), new TaskStatus(null, null, null, null, 0, 0))));
    }

    @Test
    void textsAreCutAndTheFutureIsNow() {
        TaskStatus told = new TaskStatus(TaskState.FAILED, Instant.MAX, "m".repeat(5_000), "e".repeat(5_000), 0, 1);
        Task merged = StatusMerge.merge(
                        with(TaskState.RUNNING), OWNER, new TaskUpdate(new TaskId("t"), told), Instant.EPOCH)
                .orElseThrow();
        assertEquals(1_024, merged.status().message().length());
        assertEquals(1_024, merged.status().error().length());
        assertEquals(Instant.EPOCH, merged.status().timestamp());
    }

    @Test
    void aTimeTheStagesCannotReckonWithIsBounded() {
        TaskStatus told = new TaskStatus(TaskState.FAILED, Instant.MIN, "", null, 0, 1);
        Task merged = StatusMerge.merge(
                        with(TaskState.RUNNING), OWNER, new TaskUpdate(new TaskId("t"), told), Instant.ofEpochMilli(5))
                .orElseThrow();
        assertEquals(merged.createdAt(), merged.status().timestamp());
    }
}
