/**
 * Serves 127.0.0.11 inside sandboxes through sockets opened there by others, and asks the host's name servers for what is
 * not ours. Not pure: Netty channels on one Vert.x event loop.
 */
package io.swarmnet.dns.io;
