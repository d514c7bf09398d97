/**
 * The objects of the cluster's desired state, as the store keeps them. Pure.
 */
package io.swarmnet.model.object;
