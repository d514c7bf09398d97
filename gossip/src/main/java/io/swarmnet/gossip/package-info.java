/** swarmnet gossip. */
package io.swarmnet.gossip;
