/**
 * The tables of endpoint records, one per network, and which node holds which network. Pure: time and luck are given.
 */
package io.swarmnet.gossip.table;
