/**
 * TAP devices: Ethernet frames through a descriptor.
 * Not pure: opening one makes a device in the kernel.
 */
package io.swarmnet.linux.tap;
