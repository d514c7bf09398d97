package io.swarmnet.linux.process;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** One wait for several descriptors, see poll(2). Filled, waited for once, then asked; not thread-safe. */
public final class Poll {
    private static final int POLLFD_BYTES = 8;
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;

    private final List<Integer> descriptors = new ArrayList<>();
    private final List<Short> events = new ArrayList<>();
    private ByteBuffer answered = ByteBuffer.allocate(0);

    /** Waits also until something can be read, or the other side is gone. Negative descriptors are left out. */
    public Poll readable(int descriptor) {
        return add(descriptor, POLLIN);
    }

    /** Waits also until something can be written, or the other side is gone. Negative descriptors are left out. */
    public Poll writable(int descriptor) {
        return add(descriptor, POLLOUT);
    }

    private Poll add(int descriptor, short event) {
        if (descriptor >= 0) {
            descriptors.add(descriptor);
            events.add(event);
        }
        return this;
    }

    /** Blocks until one is ready or the time is over (-1 = for ever); false = none is ready. */
    public boolean await(int timeoutMillis) {
        byte[] structures = new byte[Math.max(1, descriptors.size()) * POLLFD_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(structures).order(ByteOrder.nativeOrder());
        for (int i = 0; i < descriptors.size(); i++) {
            buffer.putInt(descriptors.get(i)).putShort(events.get(i)).putShort((short) 0);
        }
        int ready = C.poll(structures, descriptors.size(), timeoutMillis);
        if (ready < 0 && Libc.interrupted()) {
            return false;
        }
        Libc.check("poll", ready);
        answered = buffer;
        return ready > 0;
    }

    /** True if the last wait found the descriptor ready, at its end, or broken: the next call on it will not block. */
    public boolean ready(int descriptor) {
        for (int i = 0; i < descriptors.size() && descriptor >= 0; i++) {
            if (descriptors.get(i) == descriptor
                    && answered.capacity() > 0
                    && answered.getShort(i * POLLFD_BYTES + 6) != 0) {
                return true;
            }
        }
        return false;
    }
}
