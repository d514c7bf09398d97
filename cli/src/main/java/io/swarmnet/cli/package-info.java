/**
 * The {@code swarmnet} command: Docker's words, flags and exit codes for a swarm's life, over the engine's unix socket. Not
 * pure; it is a short-lived process, so it loads few classes and blocks where it waits.
 */
package io.swarmnet.cli;
