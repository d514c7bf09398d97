/**
 * What a name means to a sandbox: the table of names and the rules of Docker's embedded resolver. Pure: no I/O, no clock,
 * no thread; it is owned by one event loop.
 */
package io.swarmnet.dns.names;
