/**
 * The C library's system calls through jnr-ffi, unadorned: return codes and {@code errno}, no policy.
 * Not pure; no signature takes six integers, because jnr-ffi 2.3.4 passes the sixth as garbage.
 */
package io.swarmnet.linux.libc;
