/**
 * Child processes that inherit chosen descriptors, which {@link java.lang.ProcessBuilder} cannot give them.
 * Not pure: posix_spawn(3) and waitpid(2).
 */
package io.swarmnet.linux.process;
