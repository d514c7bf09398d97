/**
 * The node's key and certificate, what they prove, and how port 2377 is dialled with them. Pure but for
 * {@code IdentityFile}, which blocks on the disk.
 */
package io.swarmnet.worker.identity;
