/**
 * The face of a node: {@code api} speaks Docker's Engine API, {@code json} holds Docker's JSON, {@code daemon} puts worker
 * and manager together and is the process {@code swarmnetd}. This package itself is empty.
 */
package io.swarmnet.engine;
