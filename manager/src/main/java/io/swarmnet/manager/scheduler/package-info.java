/**
 * Which node a task runs on, and the signed claim it carries there. Pure but for the signature.
 *
 * <p>Among the nodes that are READY, ACTIVE, meet the constraints and have no route that clashes with a network of the task,
 * the one with the fewest tasks of the service is taken, then the one with the fewest tasks; one on which the service failed
 * five times in five minutes comes last. When there is none, the task stays PENDING and says why in Docker's words. Claims are
 * signed here and not earlier, because a claim names the node (details F).
 */
package io.swarmnet.manager.scheduler;
