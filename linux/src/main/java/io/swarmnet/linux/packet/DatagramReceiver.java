package io.swarmnet.linux.packet;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.libc.Libc;

/** Receives up to a number of datagrams with one system call, each into its own place of a {@link PacketMemory}. */
public final class DatagramReceiver {
    private final MessageVector messages;
    private final int count;

    /**
     * @param first offset of the first datagram's place
     * @param stride from one place to the next
     * @param bytesMax of a datagram; what is longer comes {@link #truncated}
     */
    public DatagramReceiver(PacketMemory memory, int count, int first, int stride, int bytesMax) {
        this.count = count;
        messages = new MessageVector(memory, count);
        for (int i = 0; i < count; i++) {
            messages.piece(i, first + i * stride, bytesMax);
        }
    }

    /** Takes what is there: number of datagrams, 0 if there is none, or the negative error number. See recvmmsg(2). */
    public int receive(int descriptor) {
        int got = PacketMemory.CALLS.recvmmsg(descriptor, messages.address(0), count, Libc.MSG_DONTWAIT, 0);
        if (got >= 0) {
            return got;
        }
        int errno = Libc.errno();
        return errno == Errno.EAGAIN || errno == Errno.EINTR ? 0 : -errno;
    }

    /** Bytes of a datagram of the last {@link #receive}. */
    public int length(int datagram) {
        return messages.length(datagram);
    }

    /** True if it was longer than its place. */
    public boolean truncated(int datagram) {
        return messages.truncated(datagram);
    }
}
