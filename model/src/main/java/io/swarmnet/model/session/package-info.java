/**
 * Frames and messages on port 2377: join, worker session, assignments, status. Pure.
 */
package io.swarmnet.model.session;
