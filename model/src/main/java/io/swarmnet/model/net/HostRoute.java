package io.swarmnet.model.net;

/**
 * A route a node uses, told to the managers so that an overlay's subnet never shadows it (details P).
 *
 * @param destination never the default route
 * @param device name of the link it leaves by
 */
public record HostRoute(Subnet destination, String device) {}
