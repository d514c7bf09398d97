/**
 * Mounts: bind, tmpfs, overlay, propagation, lazy unmount, in the mount namespace of the process.
 * Not pure: each call is mount(2) or umount2(2).
 */
package io.swarmnet.linux.mount;
