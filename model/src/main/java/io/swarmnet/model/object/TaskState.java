package io.swarmnet.model.object;

/** States of a task with swarmkit's numbers; a task's state only increases. */
public enum TaskState {
    NEW(0),
    PENDING(64),
    ASSIGNED(192),
    ACCEPTED(256),
    PREPARING(320),
    READY(384),
    STARTING(448),
    RUNNING(512),
    COMPLETE(576),
    SHUTDOWN(640),
    FAILED(704),
    REJECTED(768),
    REMOVE(800),
    ORPHANED(832);

    private final int number;

    TaskState(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** True from {@link #COMPLETE} on: the task never runs again. */
    public boolean isTerminal() {
        return number > RUNNING.number;
    }

    public boolean isAfter(TaskState other) {
        return number > other.number;
    }
}
