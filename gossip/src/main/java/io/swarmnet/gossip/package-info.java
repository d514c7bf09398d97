/**
 * Who is alive, and which endpoint sits behind which VTEP: the one decision-making core that joins failure detection
 * ({@code swim}) and the tables of records ({@code table}). Pure; {@code io} brings it messages and time.
 */
package io.swarmnet.gossip;
