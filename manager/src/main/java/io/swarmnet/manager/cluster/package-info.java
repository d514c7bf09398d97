/**
 * The managers' clustered event bus over Hazelcast, in the private namespace: each node's session is an address on it. Not
 * pure; nothing waits for it, and losing it loses nothing that was acknowledged.
 */
package io.swarmnet.manager.cluster;
