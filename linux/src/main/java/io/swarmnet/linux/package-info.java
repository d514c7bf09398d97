/**
 * The kernel as this project sees it: namespaces, rtnetlink, nftables, sysctl, TAP, sockets, mounts and processes.
 * Everything below blocks and most of it needs root; this package itself holds the values those parts share and is pure.
 */
package io.swarmnet.linux;
