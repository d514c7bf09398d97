/**
 * The daemon {@code swarmnetd}: its configuration, the order it starts and stops in, its part in a swarm, and the one place
 * where the manager's parts are put together. Does I/O; what it decides about addresses and options is pure.
 */
package io.swarmnet.engine.daemon;
