/**
 * The driver of the gossip core: UDP and TCP on the gossip port, one timer, signatures off the event loop. Does I/O and
 * decides nothing.
 */
package io.swarmnet.gossip.io;
