package io.swarmnet.worker.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.swarmnet.model.id.Ids;
import io.swarmnet.model.id.ServiceId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.session.AssignedTask;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WantedTest {
    private static final Wanted.Known RUNS = new Wanted.Known(false, false);

    @Test
    void startsWhatIsAssignedAndUnknown() {
        Wanted wanted = Wanted.decide(List.of(task("a", TaskState.RUNNING)), Map.of());
        assertEquals(1, wanted.start().size());
        assertEquals(List.of(), wanted.stop());
        assertEquals(List.of(), wanted.forget());
    }

    @Test
    void leavesAloneWhatRuns() {
        assertEquals(
                new Wanted(List.of(), List.of(), List.of()),
                Wanted.decide(List.of(task("a", TaskState.RUNNING)), Map.of(new TaskId("a"), RUNS)));
    }

    @Test
    void stopsOnceWhatIsToBeShutDown() {
        List<AssignedTask> assigned = List.of(task("a", TaskState.SHUTDOWN));
        assertEquals(
                List.of(new TaskId("a")),
                Wanted.decide(assigned, Map.of(new TaskId("a"), RUNS)).stop());
        Map<TaskId, Wanted.Known> stopping = Map.of(new TaskId("a"), new Wanted.Known(true, false));
        assertEquals(List.of(), Wanted.decide(assigned, stopping).stop());
        Map<TaskId, Wanted.Known> ended = Map.of(new TaskId("a"), new Wanted.Known(false, true));
        assertEquals(List.of(), Wanted.decide(assigned, ended).stop());
    }

    @Test
    void neverStartsAgainWhatEnded() {
        Map<TaskId, Wanted.Known> ended = Map.of(new TaskId("a"), new Wanted.Known(false, true));
        assertEquals(
                List.of(),
                Wanted.decide(List.of(task("a", TaskState.RUNNING)), ended).start());
    }

    @Test
    void saysOfATaskNeverBegunThatItIsShutDown() {
        for (TaskState desired : List.of(TaskState.SHUTDOWN, TaskState.REMOVE)) {
            Wanted wanted = Wanted.decide(List.of(task("a", desired)), Map.of());
            assertEquals(List.of(), wanted.start());
            assertEquals(List.of(new TaskId("a")), wanted.stop());
        }
    }

    @Test
    void forgetsWhatIsNoLongerAssignedOrToBeRemoved() {
        Map<TaskId, Wanted.Known> known = Map.of(new TaskId("a"), RUNS, new TaskId("b"), RUNS);
        Wanted wanted = Wanted.decide(List.of(task("b", TaskState.REMOVE)), known);
        assertEquals(2, wanted.forget().size());
        assertEquals(List.of(), wanted.start());
    }

    private static AssignedTask task(String id, TaskState desired) {
        TaskId task = new TaskId(id);
        return new AssignedTask(
                task, new ServiceId("s"), "web", 1, "web.1." + id, Ids.containerOf(task), null, desired, List.of());
    }
}
