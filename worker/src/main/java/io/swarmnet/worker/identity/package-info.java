/**
 * The node's key and certificate, and what they prove.
 */
package io.swarmnet.worker.identity;
