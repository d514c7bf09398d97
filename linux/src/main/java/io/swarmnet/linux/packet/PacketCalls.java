package io.swarmnet.linux.packet;

/**
 * The calls of the packet path with addresses as plain numbers, which jnr-ffi passes without making an object. None has
 * six arguments: see {@code SystemCallsTest}.
 */
public interface PacketCalls {
    long read(int fd, long address, long bytes);

    long write(int fd, long address, long bytes);

    int sendmmsg(int fd, long messages, int count, int flags);

    /** {@code timeout} is the address of a {@code struct timespec}, or 0. */
    int recvmmsg(int fd, long messages, int count, int flags, long timeout);
}
