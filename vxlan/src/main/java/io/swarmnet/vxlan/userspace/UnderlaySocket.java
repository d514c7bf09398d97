package io.swarmnet.vxlan.userspace;

import io.netty.channel.IoRegistration;
import io.netty.util.collection.IntObjectHashMap;
import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.packet.DatagramReceiver;
import io.swarmnet.linux.packet.DatagramSender;
import io.swarmnet.linux.socket.Sockets;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.vxlan.forwarding.DropReason;
import io.swarmnet.vxlan.forwarding.Drops;
import io.swarmnet.vxlan.forwarding.Vtep;
import io.swarmnet.vxlan.forwarding.VxlanHeader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's tunnel end on the underlay: one UDP socket that receives for every VNI, and {@value #FLOW_SOCKETS} on ports of
 * 49,152 to 65,535 that send, each a share of the flows. Belongs to the packet loop, but for opening and closing.
 */
final class UnderlaySocket implements ReadableDescriptor.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(UnderlaySocket.class);
    private static final int FLOW_SOCKETS = 16;
    private static final int FLOW_PORT_MIN = 49_152;
    private static final int FLOW_PORT_END = 65_536;
    private static final int BIND_ATTEMPTS = 100;
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int UNUSED_BUFFER_BYTES = 4_096;

    private final PacketLoop loop;
    private final IpAddress vtep;
    private final int port;
    private final int descriptor;
    private final int[] flowDescriptors = new int[FLOW_SOCKETS];
    private final DatagramSender[] senders = new DatagramSender[FLOW_SOCKETS];
    private final IntObjectHashMap<TapPort> byVni = new IntObjectHashMap<>();
    private final Drops drops = new Drops();
    private IoRegistration registration;
    private boolean open = true;

    private UnderlaySocket(PacketLoop loop, IpAddress vtep, int port, int descriptor) {
        this.loop = loop;
        this.vtep = vtep;
        this.port = port;
        this.descriptor = descriptor;
    }

    /**
     * Opens it on that port; on one of the kernel's choice if the port is taken, as it is where vxlan devices are: what is
     * meant for this socket must be steered to {@link #localPort} then.
     */
    static UnderlaySocket open(PacketLoop loop, Netns underlay, IpAddress vtep, int port) {
        UnderlaySocket socket = new UnderlaySocket(loop, vtep, port, bind(underlay, vtep, port));
        Arrays.fill(socket.flowDescriptors, -1);
        try {
            Sockets.forceBuffers(socket.descriptor, BUFFER_BYTES, UNUSED_BUFFER_BYTES);
            for (int i = 0; i < FLOW_SOCKETS; i++) {
                socket.flowDescriptors[i] = bindFlow(underlay, vtep);
                // Nothing is meant for it, so what comes all the same soon finds no room.
                Sockets.forceBuffers(socket.flowDescriptors[i], UNUSED_BUFFER_BYTES, BUFFER_BYTES);
                socket.senders[i] = new DatagramSender(loop.memory(), PacketLoop.BATCH);
            }
            socket.registration = loop.watch(new ReadableDescriptor(socket.descriptor, socket));
            return socket;
        } catch (RuntimeException e) {
            socket.closeDescriptors();
            throw e;
        }
    }

    private static int bind(Netns underlay, IpAddress vtep, int port) {
        try {
            return Sockets.udp(underlay, new InetSocketAddress(vtep.toInet(), port));
        } catch (KernelException e) {
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            return Sockets.udp(underlay, new InetSocketAddress(vtep.toInet(), 0));
        }
    }

    private static int bindFlow(Netns underlay, IpAddress vtep) {
        for (int attempt = 1; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FLOW_PORT_MIN, FLOW_PORT_END);
            try {
                return Sockets.udp(underlay, new InetSocketAddress(vtep.toInet(), port));
            } catch (KernelException e) {
                if (e.errno() != Errno.EADDRINUSE || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    IpAddress vtep() {
        return vtep;
    }

    /** The port that the other nodes send to. */
    int port() {
        return port;
    }

    /** The port it is bound to. */
    int localPort() {
        return Sockets.port(descriptor);
    }

    /** From now on, packets of the VNI go there. */
    void add(int vni, TapPort tap) {
        byVni.put(vni, tap);
    }

    /** Ends that, if nobody else has taken the VNI. */
    void remove(int vni, TapPort tap) {
        if (byVni.get(vni) == tap) {
            byVni.remove(vni);
        }
    }

    /** Packets that no network got, or that the kernel did not take. */
    Drops drops() {
        return drops;
    }

    @Override
    public void readable() {
        DatagramReceiver receiver = loop.receiver();
        ByteBuffer packets = loop.memory().buffer();
        int count = open ? receiver.receive(descriptor) : 0;
        for (int i = 0; i < count; i++) {
            int bytes = receiver.length(i);
            int payload = PacketLoop.payloadOffset(i);
            if (receiver.truncated(i)) {
                drops.count(DropReason.TRUNCATED);
            } else if (bytes < VxlanHeader.BYTES) {
                drops.count(DropReason.SHORT_PAYLOAD);
            } else if (!VxlanHeader.hasVni(packets, payload)) {
                drops.count(DropReason.NO_VNI_FLAG);
            } else {
                TapPort tap = byVni.get(VxlanHeader.vni(packets, payload));
                if (tap == null) {
                    drops.count(DropReason.UNKNOWN_VNI);
                } else {
                    tap.fromVtep(packets, payload, bytes);
                }
            }
        }
    }

    /** A receive takes the error away. */
    @Override
    public void failed() {
        readable();
    }

    /** Sends with the next {@link #flush}; the packet stays where it is until then. */
    void send(Vtep to, int sourcePort, int offset, int bytes) {
        int flow = sourcePort % FLOW_SOCKETS;
        DatagramSender sender = senders[flow];
        if (sender.full()) {
            flush(flow);
        }
        sender.add(offset, bytes, to.socketAddress());
    }

    void flush() {
        for (int flow = 0; flow < FLOW_SOCKETS; flow++) {
            if (senders[flow].count() > 0) {
                flush(flow);
            }
        }
    }

    private void flush(int flow) {
        DatagramSender sender = senders[flow];
        int count = sender.count();
        int done = 0;
        while (done < count && open) {
            int sent = sender.send(flowDescriptors[flow], done);
            if (sent > 0) {
                done += sent;
            } else if (sent == -Errno.EAGAIN || sent == -Errno.ENOBUFS) {
                for (; done < count; done++) {
                    drops.count(DropReason.UNDERLAY_BUSY);
                }
            } else if (sent != -Errno.EINTR) {
                drops.count(DropReason.UNDERLAY_REFUSED);
                done++; // the others may go to another node
            }
        }
        sender.clear();
    }

    /** Ends it; again does nothing. On the loop. */
    void end() {
        if (open) {
            open = false;
            if (registration != null) {
                registration.cancel();
            }
            closeDescriptors();
            LOG.info("Underlay socket closed vtep={} port={} drops={}", vtep, port, drops.all());
        }
    }

    @Override
    public void loopEnds() {
        end();
    }

    private void closeDescriptors() {
        Sockets.close(descriptor);
        for (int flow : flowDescriptors) {
            Sockets.close(flow);
        }
    }
}
