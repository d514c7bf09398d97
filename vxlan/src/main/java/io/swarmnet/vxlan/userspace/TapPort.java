package io.swarmnet.vxlan.userspace;

import io.netty.channel.IoRegistration;
import io.swarmnet.linux.Errno;
import io.swarmnet.linux.packet.PacketMemory;
import io.swarmnet.linux.tap.Tap;
import io.swarmnet.vxlan.forwarding.DropReason;
import io.swarmnet.vxlan.forwarding.Drops;
import io.swarmnet.vxlan.forwarding.Forwarder;
import io.swarmnet.vxlan.forwarding.FrameSink;
import io.swarmnet.vxlan.forwarding.PeerTable;
import io.swarmnet.vxlan.forwarding.VirtioHeader;
import io.swarmnet.vxlan.forwarding.Vtep;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A VNI's TAP, which stands on the bridge where the kernel driver has a vxlan device. Belongs to the packet loop. Ends by
 * itself when the device is gone, as it is when somebody deletes the namespace.
 */
final class TapPort implements ReadableDescriptor.Reader, FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(TapPort.class);
    private static final int READ_BYTES_MAX = 65_536;

    private final PacketMemory memory;
    private final int vni;
    private final Tap tap;
    private final UnderlaySocket underlay;
    private final PeerTable peers = new PeerTable();
    private final Forwarder forwarder;
    private final Drops drops = new Drops();
    private IoRegistration registration;
    private boolean open = true;
    private long framesToPort;
    private long bytesToPort;
    private long packetsToVteps;
    private long bytesToVteps;

    TapPort(PacketLoop loop, int vni, int mtuBytes, Tap tap, UnderlaySocket underlay) {
        this.memory = loop.memory();
        this.vni = vni;
        this.tap = tap;
        this.underlay = underlay;
        this.forwarder = new Forwarder(vni, mtuBytes, peers);
    }

    /** Begins to carry frames. Not from the loop. */
    void start(PacketLoop loop) {
        IoRegistration made = loop.watch(new ReadableDescriptor(tap.descriptor(), this));
        loop.run(() -> {
            registration = made;
            underlay.add(vni, this);
        });
    }

    PeerTable peers() {
        return peers;
    }

    boolean isOpen() {
        return open;
    }

    /** What it has carried so far. */
    Traffic traffic() {
        return new Traffic(framesToPort, bytesToPort, packetsToVteps, bytesToVteps, drops.all());
    }

    @Override
    public void readable() {
        ByteBuffer packets = memory.buffer();
        for (int place = 0; place < PacketLoop.BATCH && open; place++) {
            int frame = PacketLoop.frameOffset(place);
            int bytes = memory.read(tap.descriptor(), frame - VirtioHeader.BYTES, READ_BYTES_MAX);
            if (bytes >= VirtioHeader.BYTES) {
                forwarder.fromPort(packets, frame, bytes - VirtioHeader.BYTES, this);
            } else if (bytes == -Errno.EAGAIN) {
                break;
            } else if (bytes < 0 && bytes != -Errno.EINTR) {
                gone(Errno.name(-bytes));
            }
        }
        underlay.flush();
    }

    /** A packet of this VNI. */
    void fromVtep(ByteBuffer packets, int payload, int bytes) {
        forwarder.fromVtep(packets, payload, bytes, this);
    }

    @Override
    public void toPort(ByteBuffer packet, int offset, int bytes) {
        if (memory.write(tap.descriptor(), offset, bytes) < 0) {
            drops.count(DropReason.PORT_REFUSED); // down, or going: then epoll tells
        } else {
            framesToPort++;
            bytesToPort += bytes - VirtioHeader.BYTES;
        }
    }

    @Override
    public void toVtep(Vtep vtep, int sourcePort, ByteBuffer packet, int offset, int bytes) {
        underlay.send(vtep, sourcePort, offset, bytes);
        packetsToVteps++;
        bytesToVteps += bytes;
    }

    @Override
    public void drop(DropReason reason) {
        drops.count(reason);
    }

    /** A TAP without a device polls ready for ever. */
    @Override
    public void failed() {
        gone("EPOLLERR");
    }

    private void gone(String sign) {
        if (open) {
            LOG.warn(
                    "Device of an overlay is gone, its namespace too? vni={} device={} sign={}", vni, tap.name(), sign);
            end();
        }
    }

    /** Ends it; again does nothing. On the loop. */
    void end() {
        if (open) {
            open = false;
            underlay.remove(vni, this);
            if (registration != null) {
                registration.cancel();
            }
            tap.close();
        }
    }

    @Override
    public void loopEnds() {
        end();
    }
}
