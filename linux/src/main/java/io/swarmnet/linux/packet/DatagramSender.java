package io.swarmnet.linux.packet;

import io.swarmnet.linux.libc.Libc;

/**
 * Collects datagrams that lie in a {@link PacketMemory} and sends them with one system call. They are not copied: their
 * memory must stay as it is until they are sent.
 */
public final class DatagramSender {
    private final MessageVector messages;
    private final int capacity;
    private int count;

    public DatagramSender(PacketMemory memory, int capacity) {
        this.capacity = capacity;
        messages = new MessageVector(memory, capacity);
    }

    /** Adds a datagram; the caller {@link #clear}s in time. */
    public void add(int offset, int bytes, byte[] socketAddress) {
        if (count == capacity) {
            throw new IllegalStateException("All " + capacity + " places are taken");
        }
        messages.piece(count, offset, bytes);
        messages.name(count, socketAddress);
        count++;
    }

    public int count() {
        return count;
    }

    public boolean full() {
        return count == capacity;
    }

    /**
     * Sends the datagrams from that one on: how many went, at least one, or the negative error number that the first of
     * them met. See sendmmsg(2).
     */
    public int send(int descriptor, int from) {
        int sent = PacketMemory.CALLS.sendmmsg(descriptor, messages.address(from), count - from, Libc.MSG_DONTWAIT);
        return sent < 0 ? -Libc.errno() : sent;
    }

    public void clear() {
        count = 0;
    }
}
