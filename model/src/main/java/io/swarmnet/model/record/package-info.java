/**
 * What is said about an endpoint between nodes: the leader's claim, the node's state, and their signatures. Pure.
 */
package io.swarmnet.model.record;
