/**
 * The worker's end of port 2377: join, session, assignment in, status out.
 */
package io.swarmnet.worker.session;
