/**
 * The desired state: snapshots, versioned commits and watches, kept by Ratis. Hazelcast and Ratis appear nowhere else.
 */
package io.swarmnet.manager.store;
