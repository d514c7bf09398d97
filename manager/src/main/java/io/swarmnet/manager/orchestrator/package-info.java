/**
 * Which tasks a service needs, which must end, and which are forgotten. Pure but for the ids of new tasks.
 *
 * <p>A service is a row of slots (of a global service: of nodes), and a {@link io.swarmnet.manager.orchestrator.Slot} is
 * filled by one task at a time. A task is never restarted: the one that ended gets the desired state SHUTDOWN and another is
 * made, after the restart policy's delay when it failed by itself ({@code Task.notBefore}, kept by the scheduler), at once
 * when its node went down, was drained or left. What is scaled away or whose service is gone gets the desired state REMOVE
 * and leaves no history. Tasks are deleted by the {@link io.swarmnet.manager.orchestrator.TaskReaper} alone, and only when
 * they have ended, were never told to a node, or their node has left.
 */
package io.swarmnet.manager.orchestrator;
