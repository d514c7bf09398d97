/**
 * Certificates of the swarm: reading them and deciding whose peer is whose. Pure.
 */
package io.swarmnet.model.trust;
