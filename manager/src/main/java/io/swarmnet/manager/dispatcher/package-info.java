/**
 * Port 2377: join, worker sessions, assignments out, status in.
 */
package io.swarmnet.manager.dispatcher;
