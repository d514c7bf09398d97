/**
 * The Docker Engine API of a node: routes, errors in Docker's words, streams and events. Does I/O on the node's event
 * loops and never blocks; what is said in JSON stands in {@code engine.json}.
 */
package io.swarmnet.engine.api;
