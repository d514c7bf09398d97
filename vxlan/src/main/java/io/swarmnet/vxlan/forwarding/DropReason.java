package io.swarmnet.vxlan.forwarding;

/** Why a packet went no further. */
public enum DropReason {
    /** UDP payload shorter than a VXLAN header. */
    SHORT_PAYLOAD,
    /** The I flag of the VXLAN header is not set. */
    NO_VNI_FLAG,
    /** No network of this node has the VNI. */
    UNKNOWN_VNI,
    /** Shorter than an Ethernet header. */
    RUNT_FRAME,
    /** Longer than the network's MTU allows. */
    FRAME_TOO_BIG,
    /** An inner VLAN tag (RFC 7348 section 6.1). */
    INNER_VLAN,
    /** The source MAC is a group address or zero. */
    SOURCE_NOT_UNICAST,
    /** From a local port to a MAC that nobody told us of. */
    UNKNOWN_UNICAST,
    /** Broadcast or multicast while no other node has an endpoint of the network. */
    NO_VTEP,
    /** From the underlay to a MAC behind another node: never underlay to underlay. */
    SPLIT_HORIZON,
    /** ARP or ND asks for an address that is behind no other node. */
    NEIGHBOUR_UNKNOWN,
    /** ARP or ND that is malformed, or asks for nothing (announcements, answers). */
    NEIGHBOUR_NOT_ASKED,
    /** The underlay's socket took no more: its buffer is full. */
    UNDERLAY_BUSY,
    /** The underlay's socket refused the packet: no route, too long for the path, a firewall. */
    UNDERLAY_REFUSED,
    /** A datagram longer than any that we can take. */
    TRUNCATED,
    /** The network's device in its namespace refused the frame. */
    PORT_REFUSED
}
