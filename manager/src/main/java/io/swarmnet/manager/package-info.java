/**
 * The swarm's will: what users asked for, made into tasks with addresses on nodes.
 *
 * <p>{@link io.swarmnet.manager.Stage}s are pure decisions on a snapshot: orchestrators, allocator, scheduler, reaper. A {@link
 * io.swarmnet.manager.StageRound} asks them one after the other, each seeing what those before it decided, and the {@link
 * io.swarmnet.manager.StageLoop} commits the whole round on the leader against the version it was decided from. A new service
 * goes from order to assignment in one commit.
 */
package io.swarmnet.manager;
