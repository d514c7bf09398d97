/**
 * Containers by runc and conmon: bundles, states, logs, exec. Bundles, process arguments, user look-up, hidden paths and
 * log lines are pure; the rest blocks, needs root, and is called through the executor that {@link
 * io.swarmnet.worker.container.ContainerStore} is given.
 */
package io.swarmnet.worker.container;
