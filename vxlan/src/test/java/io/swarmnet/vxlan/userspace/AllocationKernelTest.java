package io.swarmnet.vxlan.userspace;

import static io.swarmnet.vxlan.userspace.MixedHosts.RED;
import static io.swarmnet.vxlan.userspace.MixedHosts.inner;
import static io.swarmnet.vxlan.userspace.MixedHosts.reaches;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.swarmnet.linux.netns.Netns;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(120)
class AllocationKernelTest {
    private static final int PACKETS = 10_000;
    private static final int BURST = 20;
    private static final double BYTES_PER_PACKET_MAX = 4;

    private MixedHosts hosts;
    private UserspaceOverlay driver;

    /** What the loop allocates for itself between packets is part of it. */
    @Test
    void packetsMakeNoObjects() throws Exception {
        try (MixedHosts all = new MixedHosts()) {
            hosts = all;
            driver = all.userspace(0);
            Netns a = all.sandbox("a");
            Netns b = all.sandbox("b");
            all.join(driver, all.kernel(1), RED, a, b, "eth0");
            assertTrue(reaches(a, inner(RED, 4, true), 56));
            for (boolean out : new boolean[] {true, false}) {
                Netns from = out ? a : b;
                InetSocketAddress to =
                        new InetSocketAddress(inner(RED, out ? 4 : 3, true).toInet(), 5005);
                send(from, to, 2 * PACKETS); // until everything is loaded and compiled
                long carriedBefore = carried(out);
                long before = allocated();
                send(from, to, 2 * PACKETS); // a busy machine loses some
                long bytes = allocated() - before;
                long packets = carried(out) - carriedBefore;
                System.out.println((out ? "to" : "from") + " the underlay: " + packets + " packets, " + bytes
                        + " bytes allocated on the loop's thread");
                assertTrue(packets >= PACKETS, packets + " packets were carried");
                assertTrue(bytes <= packets * BYTES_PER_PACKET_MAX, bytes + " bytes for " + packets + " packets");
            }
        }
    }

    private long carried(boolean out) {
        Traffic traffic = driver.traffic(RED).values().iterator().next();
        return out ? traffic.packetsToVteps() : traffic.framesToPort();
    }

    private long allocated() {
        long thread = driver.loop().call(() -> Thread.currentThread().getId());
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(thread);
    }

    private static void send(Netns from, InetSocketAddress to, int packets) throws Exception {
        try (DatagramSocket socket = from.call(() -> new DatagramSocket())) {
            DatagramPacket packet = new DatagramPacket(new byte[200], 200, to);
            for (int i = 0; i < packets; i++) {
                try {
                    socket.send(packet);
                } catch (java.net.PortUnreachableException e) {
                    // nobody listens there
                }
                if (i % BURST == 0) {
                    LockSupport.parkNanos(200_000);
                }
            }
        }
        Thread.sleep(100);
    }
}
