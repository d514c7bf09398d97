/**
 * The overlay driver that programs vxlan devices of the Linux kernel: a namespace, a bridge and a tunnel end per network.
 * Not pure: every method is a few netlink requests.
 */
package io.swarmnet.vxlan.kernel;
