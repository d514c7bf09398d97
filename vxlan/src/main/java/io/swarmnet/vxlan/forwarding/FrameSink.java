package io.swarmnet.vxlan.forwarding;

import java.nio.ByteBuffer;

/** Carries out what a {@link Forwarder} decided. Called before the call into the forwarder returns. */
public interface FrameSink {
    /**
     * A frame for the local ports.
     *
     * @param packet as given to the forwarder
     * @param offset of the {@value VirtioHeader#BYTES}-byte {@link VirtioHeader}, after which comes the frame
     * @param bytes of both
     */
    void toPort(ByteBuffer packet, int offset, int bytes);

    /**
     * A VXLAN packet for another node. Its bytes may be sent later, if they stay until then.
     *
     * @param sourcePort 49,152 to 65,535, the same for all packets of a flow
     * @param offset of the VXLAN header, after which comes the frame
     * @param bytes of both
     */
    void toVtep(Vtep vtep, int sourcePort, ByteBuffer packet, int offset, int bytes);

    void drop(DropReason reason);
}
