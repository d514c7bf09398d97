/**
 * Containers by runc and conmon: bundles, states, logs, exec. Blocks and needs root; called through the kernel executor.
 */
package io.swarmnet.worker.container;
