/**
 * Frames into tunnels: what an overlay driver does, whichever data plane it has. The interfaces are pure; {@code kernel}
 * holds the driver that programs vxlan devices, {@code userspace} the one that carries frames itself.
 */
package io.swarmnet.vxlan;
