/**
 * The swarm's certificate authority: root, tokens, certificates from CSRs, the key that signs claims.
 */
package io.swarmnet.manager.ca;
