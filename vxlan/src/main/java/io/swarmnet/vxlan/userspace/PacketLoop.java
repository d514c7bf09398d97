package io.swarmnet.vxlan.userspace;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.swarmnet.linux.packet.DatagramReceiver;
import io.swarmnet.linux.packet.PacketMemory;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one event loop of the data plane and the memory its packets lie in. At most {@value #BATCH} packets are taken from a
 * descriptor in a turn, so that none of them starves the others.
 */
final class PacketLoop {
    static final int BATCH = 32;

    /** The longest frame, its headers, and what the forwarder may add. */
    private static final int PLACE_BYTES = 65_536 + 64;

    /** The frame's offset in its place, wherever it came from: what stands before it fits. */
    private static final int FRAME_AT = 16;

    private static final int VXLAN_BYTES = 8;
    private static final int DATAGRAM_BYTES_MAX = 65_535;
    private static final long PATIENCE_SECONDS = 10;

    private final IoEventLoop loop;
    private final PacketMemory memory = new PacketMemory(2 * BATCH * PLACE_BYTES);
    private final DatagramReceiver receiver = new DatagramReceiver(
            memory, BATCH, BATCH * PLACE_BYTES + FRAME_AT - VXLAN_BYTES, PLACE_BYTES, DATAGRAM_BYTES_MAX);

    private PacketLoop(IoEventLoop loop) {
        this.loop = loop;
    }

    /** On an event loop of the Vert.x instance, which must have the native transport. */
    static PacketLoop of(Vertx vertx) {
        ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
        if (context.nettyEventLoop() instanceof IoEventLoop loop && loop.isIoType(EpollIoHandler.class)) {
            return new PacketLoop(loop);
        }
        throw new IllegalStateException("The user-space data plane needs Vert.x's native transport (epoll): "
                + "the library netty-transport-native-epoll is missing or does not load");
    }

    PacketMemory memory() {
        return memory;
    }

    DatagramReceiver receiver() {
        return receiver;
    }

    /** Offset of a frame that is read from a TAP. */
    static int frameOffset(int place) {
        return place * PLACE_BYTES + FRAME_AT;
    }

    /** Offset of the VXLAN header of a datagram that the receiver took. */
    static int payloadOffset(int datagram) {
        return (BATCH + datagram) * PLACE_BYTES + FRAME_AT - VXLAN_BYTES;
    }

    /** Runs the body on the loop and waits for it; at once if this is the loop. */
    <T> T call(Callable<T> body) {
        try {
            return loop.inEventLoop() ? body.call() : loop.submit(body).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the packet loop was asked", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("The packet loop has not answered for " + PATIENCE_SECONDS + " s", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@link #call} for a body without a result. */
    void run(Runnable body) {
        this.<Void>call(() -> {
            body.run();
            return null;
        });
    }

    /** Watches a descriptor; it is told of what is there to read, and of errors. Not from the loop itself. */
    IoRegistration watch(ReadableDescriptor descriptor) {
        try {
            IoRegistration registration = loop.register(descriptor).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            registration.submit(EpollIoOps.EPOLLIN);
            return registration;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a descriptor was registered", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("epoll does not take a descriptor: " + e, e);
        }
    }
}
