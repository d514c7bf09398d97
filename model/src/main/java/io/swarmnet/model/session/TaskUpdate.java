package io.swarmnet.model.session;

import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.TaskStatus;

/** The newest status of a task, from its node. */
public record TaskUpdate(TaskId task, TaskStatus status) {}
