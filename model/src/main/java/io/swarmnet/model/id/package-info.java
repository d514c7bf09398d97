/**
 * Identifiers as types, so that a node id is never taken for a network id. Pure.
 */
package io.swarmnet.model.id;
