/**
 * The desired state as a Raft log kept by Apache Ratis: sealed entries, sealed snapshots, fsync before an answer. Not pure:
 * it owns files, threads and a socket, all of them in the private namespace.
 */
package io.swarmnet.manager.store.ratis;
