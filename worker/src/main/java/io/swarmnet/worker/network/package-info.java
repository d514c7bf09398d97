/**
 * What a network is on this node: overlay, docker_gwbridge, names. Introduces vxlan, gossip and dns to each other.
 */
package io.swarmnet.worker.network;
