/**
 * How the worker works on the kernel: the lanes that blocking calls go through, and whose the objects are that they make.
 * Not pure but for {@link io.swarmnet.worker.kernel.Owner}.
 */
package io.swarmnet.worker.kernel;
