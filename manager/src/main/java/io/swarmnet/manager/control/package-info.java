/**
 * What a user can do to the swarm, checked and turned into commits.
 */
package io.swarmnet.manager.control;
