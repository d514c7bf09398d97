/**
 * Names of a network into answers: {@code names} decides, {@code wire} reads and writes messages (both pure), {@code io}
 * serves sockets. The worker brings the records of gossip and the sockets of the sandboxes.
 */
package io.swarmnet.dns;
