package io.swarmnet.worker.sandbox;

import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.socket.Sockets;
import io.swarmnet.model.id.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Makes, finds and removes sandboxes under {@code <exec root>/netns}. Blocks and needs root. */
public final class Sandboxes {
    private static final int ID_LENGTH = 12;
    private static final int DNS_BACKLOG = 64;

    // details N: queries wait in the socket while the daemon is away
    private static final int DNS_RECEIVE_BUFFER_BYTES = 1 << 20;

    private final Path directory;

    public Sandboxes(Path execRoot) {
        this.directory = execRoot.resolve("netns");
    }

    /** Makes the container's sandbox with its loopback up, or finds it. */
    public Sandbox open(ContainerId container) {
        String id = idOf(container);
        Netns netns = Netns.createIfAbsent(directory.resolve(id));
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            handle.linkSetUp("lo");
        }
        return new Sandbox(id, netns);
    }

    public static String idOf(ContainerId container) {
        return container
                .value()
                .substring(0, Math.min(ID_LENGTH, container.value().length()));
    }

    /** The sandbox's path, whether it exists or not. */
    public Path path(ContainerId container) {
        return directory.resolve(idOf(container));
    }

    /** Removes it with all that is in it; does nothing when it is gone. */
    public void remove(String id) {
        Path path = directory.resolve(id);
        if (Files.exists(path)) {
            new Netns(path).delete();
        }
    }

    /** Ids of all sandboxes that exist. */
    public List<String> found() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list sandboxes in " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Two sockets in a sandbox on 127.0.0.11:53.
     *
     * @param udp descriptor of the bound socket
     * @param tcp descriptor of the listening one
     */
    public record NameSockets(int udp, int tcp) {}

    /** Opens the sockets on which the sandbox's names are asked. The caller owns the descriptors. */
    public NameSockets openNameSockets(Sandbox sandbox) {
        InetSocketAddress address = new InetSocketAddress(dnsAddress(), 53);
        int udp = Sockets.udp(sandbox.netns(), address, DNS_RECEIVE_BUFFER_BYTES);
        try {
            return new NameSockets(udp, Sockets.tcpListener(sandbox.netns(), address, DNS_BACKLOG));
        } catch (RuntimeException e) {
            Sockets.close(udp);
            throw e;
        }
    }

    private static InetAddress dnsAddress() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 11});
        } catch (IOException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
