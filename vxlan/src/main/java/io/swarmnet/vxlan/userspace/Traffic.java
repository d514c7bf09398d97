package io.swarmnet.vxlan.userspace;

import io.swarmnet.vxlan.forwarding.DropReason;
import java.util.Map;

/**
 * What a VNI has carried on this node.
 *
 * @param framesToPort into the local bridge, answers to ARP and ND too
 * @param packetsToVteps copies of broadcasts counted singly, and those that the underlay then refused
 * @param bytesToVteps with VXLAN headers, without UDP's
 * @param drops reasons that occurred
 */
public record Traffic(
        long framesToPort, long bytesToPort, long packetsToVteps, long bytesToVteps, Map<DropReason, Long> drops) {}
