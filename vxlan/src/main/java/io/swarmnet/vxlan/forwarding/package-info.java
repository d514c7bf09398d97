/**
 * What a VXLAN tunnel end decides about each frame, for the user-space driver. Pure, and a packet makes no object: the
 * decisions go to a {@link io.swarmnet.vxlan.forwarding.FrameSink}.
 */
package io.swarmnet.vxlan.forwarding;
