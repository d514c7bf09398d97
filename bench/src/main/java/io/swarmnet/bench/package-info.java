/**
 * JMH benchmarks of the hot paths: names, gossip, netlink and the frames of port 2377. Pure: they measure codecs and
 * decisions, no socket and no kernel.
 */
package io.swarmnet.bench;
