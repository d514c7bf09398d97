/**
 * What a user can do to the swarm, checked and turned into commits.
 *
 * <p>A wish is decided from one state of the cluster and committed against that very version ({@link
 * io.swarmnet.manager.control.ClusterControl}); when somebody was faster it is decided anew, and when it no longer holds it is
 * refused. Rules are pure and throw a {@code SwarmnetException} with Docker's status and words. {@link
 * io.swarmnet.manager.control.SwarmBirth} is the first commit of a swarm.
 */
package io.swarmnet.manager.control;
