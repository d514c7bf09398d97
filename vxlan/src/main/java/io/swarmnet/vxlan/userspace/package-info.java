/**
 * The overlay driver that carries frames itself: a TAP and a UDP socket on one event loop, with a
 * {@link io.swarmnet.vxlan.forwarding.Forwarder} between them. Not pure.
 */
package io.swarmnet.vxlan.userspace;
