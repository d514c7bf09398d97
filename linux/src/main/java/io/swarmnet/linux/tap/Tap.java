package io.swarmnet.linux.tap;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netns.Netns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An open TAP device. It is gone with the descriptor unless made persistent.
 *
 * @param descriptor non-blocking, close-on-exec; one frame for each read and write
 * @param name the device's name, the kernel's choice if a pattern such as {@code tap%d} was asked for
 */
public record Tap(int descriptor, String name) implements AutoCloseable {
    /** A 10-byte virtio header before each frame. */
    public static final int IFF_VNET_HDR = 0x4000;

    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETPERSIST = 0x400454cbL;
    private static final int IFREQ_BYTES = 40;
    private static final int NAME_BYTES = 16;

    /**
     * Makes, or attaches to, a TAP in the namespace. Equivalent to: ip tuntap add dev $name mode tap
     *
     * @param flags 0 or {@link #IFF_VNET_HDR}
     */
    public static Tap open(Netns netns, String name, int flags) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= NAME_BYTES) {
            throw new IllegalArgumentException("Device name over 15 bytes: " + name);
        }
        return netns.call(() -> {
            int fd = Libc.open("/dev/net/tun", Libc.O_RDWR | Libc.O_NONBLOCK);
            try {
                // TUNSETIFF first: epoll is of no use on a tun fd that was registered before it (golang/go#30426).
                byte[] request = ByteBuffer.allocate(IFREQ_BYTES)
                        .order(ByteOrder.nativeOrder())
                        .put(bytes)
                        .putShort(NAME_BYTES, (short) (IFF_TAP | IFF_NO_PI | flags))
                        .array();
                Libc.check("TUNSETIFF " + name + " (netns " + netns + ")", C.ioctl(fd, TUNSETIFF, request));
                int end = 0;
                while (end < NAME_BYTES && request[end] != 0) {
                    end++;
                }
                return new Tap(fd, new String(request, 0, end, StandardCharsets.US_ASCII));
            } catch (RuntimeException e) {
                Libc.close(fd);
                throw e;
            }
        });
    }

    /** Makes the device outlive its descriptor, or not. */
    public void persist(boolean on) {
        // The argument is the value itself; jnr passes our array's address, which is "not zero".
        Libc.check("TUNSETPERSIST " + name, C.ioctl(descriptor, TUNSETPERSIST, on ? new byte[8] : null));
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
