/**
 * SWIM failure detection with Lifeguard's suspicion, and the spreading of rumors. Pure: time and luck are given.
 */
package io.swarmnet.gossip.swim;
