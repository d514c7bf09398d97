/**
 * One per node: runs what its assignment says. {@link io.swarmnet.worker.WorkerNode} puts the parts together, {@link
 * io.swarmnet.worker.SwarmLife} is its time in one swarm. Not pure; all of it belongs to one event loop, and what blocks
 * goes through {@code kernel}.
 */
package io.swarmnet.worker;
