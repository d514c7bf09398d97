/**
 * The versioned encoding of everything stored or sent, and the keeping of unknown fields. Pure.
 */
package io.swarmnet.model.wire;
