/**
 * Network namespaces: made, pinned by a bind mount, entered by threads that leave again, removed.
 * Not pure: every call is a system call, and most need CAP_SYS_ADMIN.
 */
package io.swarmnet.linux.netns;
