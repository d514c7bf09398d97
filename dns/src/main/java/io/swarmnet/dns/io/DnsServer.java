package io.swarmnet.dns.io;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.swarmnet.dns.names.Resolver;
import io.swarmnet.dns.names.SandboxNames;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The name server of all sandboxes of a node. Each sandbox has a UDP and a TCP socket of its own, so whose question it is
 * follows from the socket it came by. All of them, the {@code NameTable} behind the resolver, and the forwarder belong to
 * one event-loop context.
 */
public final class DnsServer {
    private static final int O_NONBLOCK = 04000;

    private final ContextInternal context;
    private final Resolver resolver;
    private final UpstreamForwarder forwarder;
    private final DnsCounters counters;
    private final Set<ServedSandbox> served = new LinkedHashSet<>();

    private DnsServer(ContextInternal context, Resolver resolver, UpstreamForwarder forwarder, DnsCounters counters) {
        this.context = context;
        this.resolver = resolver;
        this.forwarder = forwarder;
        this.counters = counters;
    }

    /**
     * @param context the event-loop context that owns the resolver's table and the forwarder
     * @throws IllegalStateException when the context is no event loop or Vert.x was made without
     *     {@code preferNativeTransport}: only epoll can serve a socket made by others
     */
    public static DnsServer create(
            Context context, Resolver resolver, UpstreamForwarder forwarder, DnsCounters counters) {
        Vertx vertx = context.owner();
        if (!context.isEventLoopContext() || !vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException("DnsServer needs an event-loop context with epoll; event loop: "
                    + context.isEventLoopContext() + ", epoll: " + Epoll.isAvailable() + " "
                    + Epoll.unavailabilityCause());
        }
        return new DnsServer((ContextInternal) context, resolver, forwarder, counters);
    }

    /** Where {@code NameTable} is to be changed: {@code context().runOnContext(...)}. */
    public Context context() {
        return context;
    }

    public DnsCounters counters() {
        return counters;
    }

    /**
     * Serves a sandbox through sockets bound to 127.0.0.11:53 in its namespace.
     *
     * @param udpFd a bound UDP socket, made with SOCK_NONBLOCK
     * @param tcpFd a listening TCP socket, made with SOCK_NONBLOCK
     * @return what to close when the sandbox goes. The descriptors are ours from this call on: when it fails they are closed.
     */
    public Future<Registration> serve(SandboxNames names, int udpFd, int tcpFd) {
        return serve(names, List.of(), udpFd, tcpFd);
    }

    /**
     * As {@link #serve(SandboxNames, int, int)}, for a sandbox with name servers of its own.
     *
     * @param upstreams asked instead of the host's, in order, from the host's namespace; empty = the host's
     */
    public Future<Registration> serve(SandboxNames names, List<InetSocketAddress> upstreams, int udpFd, int tcpFd) {
        UpstreamForwarder asked = upstreams.isEmpty() ? forwarder : forwarder.withServers(upstreams);
        return context.owner()
                .executeBlocking(() -> {
                    requireNonBlocking(udpFd);
                    requireNonBlocking(tcpFd);
                    return null;
                })
                .onFailure(unfit -> closeAll(udpFd, tcpFd))
                .compose(ok -> start(names, asked, sandbox -> sandbox.adopt(udpFd, tcpFd)));
    }

    /** Serves at an address of the caller's namespace, UDP and TCP; port 0 takes one that is free, for both. */
    public Future<Registration> bind(SandboxNames names, InetSocketAddress address) {
        return start(names, forwarder, sandbox -> sandbox.bind(address));
    }

    /** Closes every sandbox's sockets. */
    public Future<Void> close() {
        return onLoop(() -> Future.join(
                        List.copyOf(served).stream().map(ServedSandbox::close).toList())
                .mapEmpty());
    }

    /** What opens the sockets of a sandbox. */
    private interface Opening {
        Future<Void> of(ServedSandbox sandbox) throws IOException;
    }

    private Future<Registration> start(SandboxNames names, UpstreamForwarder asked, Opening open) {
        return onLoop(() -> {
            ServedSandbox sandbox = new ServedSandbox(context, names, resolver, asked, counters, served::remove);
            return opened(open, sandbox)
                    .onSuccess(v -> served.add(sandbox))
                    .map((Registration) sandbox)
                    .recover(failed -> sandbox.close().transform(closed -> Future.failedFuture(failed)));
        });
    }

    private Future<Void> opened(Opening open, ServedSandbox sandbox) {
        try {
            return open.of(sandbox);
        } catch (IOException | RuntimeException e) {
            return context.failedFuture(e);
        }
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> body) {
        return context.<Void>future(promise -> context.runOnContext(v -> promise.complete()))
                .compose(v -> body.get());
    }

    /** A blocking descriptor would stop the event loop at the first empty read. */
    private static void requireNonBlocking(int fd) throws IOException {
        String info = Files.readString(Path.of("/proc/self/fdinfo/" + fd));
        String flags = info.lines()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow(() -> new IOException("no flags in /proc/self/fdinfo/" + fd))
                .substring("flags:".length())
                .strip();
        if ((Long.parseLong(flags, 8) & O_NONBLOCK) == 0) {
            throw new IllegalArgumentException("descriptor " + fd + " was not made with SOCK_NONBLOCK");
        }
    }

    private static void closeAll(int... fds) {
        for (int fd : fds) {
            try {
                new FileDescriptor(fd).close();
            } catch (IOException e) {
                // It was no open descriptor: nothing is left behind.
            }
        }
    }
}
