package io.swarmnet.vxlan.userspace;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/** A descriptor of ours on a Netty event loop. Closed by its owner, or with the loop. */
final class ReadableDescriptor implements EpollIoHandle {
    /** Who is told, on the loop. */
    interface Reader {
        /** Something may be there; the reader takes a bounded part of it and is told again if more is left. */
        void readable();

        /** EPOLLERR. The kernel says so again and again until the descriptor is closed or its error is taken. */
        void failed();

        /** The loop ends. */
        void loopEnds();
    }

    private final FileDescriptor descriptor;
    private final Reader reader;

    ReadableDescriptor(int descriptor, Reader reader) {
        this.descriptor = new FileDescriptor(descriptor);
        this.reader = reader;
    }

    @Override
    public FileDescriptor fd() {
        return descriptor;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        if (ops.contains(EpollIoOps.EPOLLERR)) {
            reader.failed();
        } else {
            reader.readable();
        }
    }

    @Override
    public void close() {
        reader.loopEnds();
    }
}
