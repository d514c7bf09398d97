/**
 * What nodes say to one another in gossip, and why something was dropped. Pure values.
 */
package io.swarmnet.gossip.message;
