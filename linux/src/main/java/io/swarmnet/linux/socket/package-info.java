/**
 * Sockets made inside a namespace and handed over as descriptors, for event loops that serve them from outside.
 * Not pure: each call makes a socket, which keeps its namespace alive until it is closed.
 */
package io.swarmnet.linux.socket;
