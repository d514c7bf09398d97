/**
 * Messages into bytes and back, and the AES-GCM envelope they travel in. Pure but for the JCE's cipher; what cannot be
 * read becomes a counted reason, never an exception.
 */
package io.swarmnet.gossip.wire;
