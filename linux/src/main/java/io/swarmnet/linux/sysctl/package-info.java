/**
 * Kernel settings under {@code /proc/sys}, of the host or of one network namespace.
 * Not pure: each call opens a file, for {@code net} on a thread inside the namespace.
 */
package io.swarmnet.linux.sysctl;
