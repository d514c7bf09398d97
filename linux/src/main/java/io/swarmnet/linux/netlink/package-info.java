/**
 * rtnetlink sockets: devices, addresses, routes, neighbours and forwarding entries of one namespace, and their changes.
 * Not pure: each verb is one blocking exchange with the kernel; the bytes are in {@code wire}.
 */
package io.swarmnet.linux.netlink;
