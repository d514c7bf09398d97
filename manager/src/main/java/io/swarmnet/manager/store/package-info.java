/**
 * The desired state: snapshots, versioned commits and watches, and the seam behind which Ratis keeps them.
 */
package io.swarmnet.manager.store;
