package io.swarmnet.linux.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.ScratchNetns;
import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.mount.Mounts;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.linux.sysctl.Sysctl;
import io.swarmnet.linux.tap.Tap;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets, settings, TAP and mounts: what is opened inside and used outside. */
@Tag("root")
@Timeout(60)
class SocketsKernelTest {
    private ScratchNetns scratch;
    private Netns netns;

    @BeforeEach
    void make() {
        scratch = new ScratchNetns();
        netns = scratch.add("s");
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            handle.linkSetUp("lo");
        }
    }

    @AfterEach
    void remove() {
        scratch.close();
    }

    @Test
    void udpSocketBelongsToItsNamespace() throws Exception {
        InetSocketAddress address = new InetSocketAddress("127.0.0.11", 53);
        int fd = Sockets.udp(netns, address, 1 << 18);
        try {
            assertEquals(53, Sockets.port(fd));
            assertTrue(Libc.C.fcntl(fd, Libc.F_GETFL, 0) >= 0);
            assertTrue((Libc.C.fcntl(fd, Libc.F_GETFL, 0) & Libc.O_NONBLOCK) != 0);
            assertEquals(1, Libc.C.fcntl(fd, Libc.F_GETFD, 0));
            netns.run(() -> {
                try (DatagramSocket client = new DatagramSocket()) {
                    client.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, address));
                }
            });
            byte[] buffer = new byte[16];
            assertEquals(3, Libc.C.read(fd, buffer, buffer.length));
            assertEquals(
                    Errno.EADDRINUSE,
                    assertThrows(KernelException.class, () -> Sockets.udp(netns, address))
                            .errno());
        } finally {
            Sockets.close(fd);
        }
    }

    @Test
    void tcpListenerAcceptsInsideOnly() throws Exception {
        int fd = Sockets.tcpListener(netns, new InetSocketAddress("127.0.0.1", 0), 16);
        InetSocketAddress there = new InetSocketAddress("127.0.0.1", Sockets.port(fd));
        netns.run(() -> {
            try (Socket client = new Socket()) {
                client.connect(there, 1000);
            }
        });
        assertThrows(java.io.IOException.class, () -> {
            try (Socket client = new Socket()) {
                client.connect(there, 1000);
            }
        });
        Sockets.close(fd);
        int v6 = Sockets.tcpListener(netns, new InetSocketAddress("::1", 0), 16);
        assertTrue(Sockets.port(v6) > 0);
        Sockets.close(v6);
    }

    @Test
    void settingsAreThoseOfTheNamespace() {
        String host = Sysctl.read("net.ipv4.ip_forward");
        Sysctl.write(netns, "net.ipv4.ip_forward", host.equals("1") ? "0" : "1");
        assertEquals(host.equals("1") ? "0" : "1", Sysctl.read(netns, "net.ipv4.ip_forward"));
        assertEquals(host, Sysctl.read("net.ipv4.ip_forward"));
        assertEquals(
                Errno.ENOENT,
                assertThrows(KernelException.class, () -> Sysctl.read("net.none"))
                        .errno());
        assertThrows(IllegalArgumentException.class, () -> Sysctl.write("../../etc/passwd", "x"));
        assertTrue(Sysctl.readIfPresent(netns, "net.none").isEmpty());
        assertThrows(KernelException.class, () -> Sysctl.write(netns, "net.ipv4.ip_forward", "many"));
    }

    @Test
    void tapIsMadeInTheNamespaceAndGoesWithItsDescriptor() {
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            try (Tap tap = Tap.open(netns, "tap%d", 0)) {
                assertEquals("tap0", tap.name());
                assertEquals("tun", handle.link("tap0").orElseThrow().kind());
            }
            assertTrue(handle.link("tap0").isEmpty());
            try (Tap tap = Tap.open(netns, "kept", Tap.IFF_VNET_HDR)) {
                tap.persist(true);
            }
            assertTrue(handle.link("kept").isPresent());
            try (Tap tap = Tap.open(netns, "kept", Tap.IFF_VNET_HDR)) {
                tap.persist(false);
            }
            assertTrue(handle.link("kept").isEmpty());
        }
    }

    @Test
    void mountsStackAndComeDown() throws Exception {
        Path top = scratch.directory().resolve("m t");
        Files.createDirectories(top);
        Mounts.tmpfs(top, "size=1m,mode=0700");
        try {
            for (String name : List.of("lower", "upper", "work", "merged", "bound")) {
                Files.createDirectories(top.resolve(name));
            }
            Files.writeString(top.resolve("lower/file"), "below");
            Mounts.overlay(
                    List.of(top.resolve("lower")), top.resolve("upper"), top.resolve("work"), top.resolve("merged"));
            Mounts.bind(top.resolve("merged"), top.resolve("bound"));
            Mounts.remountReadOnly(top.resolve("bound"));
            Files.writeString(top.resolve("merged/file"), "above");
            assertEquals("above", Files.readString(top.resolve("bound/file"), StandardCharsets.UTF_8));
            assertEquals("below", Files.readString(top.resolve("lower/file"), StandardCharsets.UTF_8));
            assertThrows(java.io.IOException.class, () -> Files.writeString(top.resolve("bound/file"), "no"));
            assertEquals(3, Mounts.below(top).size());
        } finally {
            Mounts.below(top).forEach(Mounts::unmountLazily);
            assertEquals(List.of(), Mounts.below(top));
            Files.delete(top);
        }
    }
}
