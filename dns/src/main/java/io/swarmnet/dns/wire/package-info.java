/**
 * DNS messages (RFC 1035, RFC 6891) from and to bytes, with the question kept byte for byte. Pure; bytes from others never
 * make it throw.
 */
package io.swarmnet.dns.wire;
