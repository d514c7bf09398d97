/**
 * The bytes of rtnetlink: message and attribute codecs, the requests iproute2 would send, and what the kernel answers.
 * Pure: no system call, and decoding garbage counts an error instead of throwing.
 */
package io.swarmnet.linux.netlink.wire;
