package io.swarmnet.model.object;

import java.time.Instant;

/**
 * What became of a task.
 *
 * @param message what it is doing, in Docker's words
 * @param error why it is not further, or null
 * @param pid of the container's first process on its node, 0 = none
 * @param exitCode meaningful in terminal states
 */
public record TaskStatus(TaskState state, Instant timestamp, String message, String error, int pid, int exitCode) {}
