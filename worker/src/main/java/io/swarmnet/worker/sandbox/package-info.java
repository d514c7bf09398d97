/**
 * The network namespace of one task with its files.
 */
package io.swarmnet.worker.sandbox;
