package io.swarmnet.linux.packet;

import io.swarmnet.linux.libc.Libc;
import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;

/**
 * A piece of native memory in which packets lie, seen as a buffer by those who look into them and as an address by the
 * kernel. Lives as long as it is reachable.
 */
public final class PacketMemory {
    static final PacketCalls CALLS =
            LibraryLoader.create(PacketCalls.class).failImmediately().load("c");

    private final ByteBuffer buffer;
    private final long address;

    public PacketMemory(int bytes) {
        buffer = ByteBuffer.allocateDirect(bytes);
        address = Pointer.wrap(Libc.runtime(), buffer).address();
    }

    /** All of it, in network byte order; use it with absolute indexes only. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where its first byte is. */
    long address() {
        return address;
    }

    /** read(2) to that offset: bytes read, or the negative error number. */
    public int read(int descriptor, int offset, int bytesMax) {
        check(offset, bytesMax);
        long result = CALLS.read(descriptor, address + offset, bytesMax);
        return result < 0 ? -Libc.errno() : (int) result;
    }

    /** write(2) from that offset: bytes written, or the negative error number. */
    public int write(int descriptor, int offset, int bytes) {
        check(offset, bytes);
        long result = CALLS.write(descriptor, address + offset, bytes);
        return result < 0 ? -Libc.errno() : (int) result;
    }

    /** The kernel would write anywhere. */
    void check(int offset, int bytes) {
        if (offset < 0 || bytes < 0 || offset > buffer.capacity() - bytes) {
            throw new IndexOutOfBoundsException(offset + " + " + bytes + " of " + buffer.capacity());
        }
    }
}
