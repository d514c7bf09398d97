package io.swarmnet.engine.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swarmnet.engine.api.FakeWorker;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole daemon but for its worker: lock, sockets, init with the real manager, restart, leave. */
@Tag("root")
@Timeout(120)
class DaemonKernelTest {
    private Path directory;
    private FakeWorker worker = new FakeWorker();
    private Daemon daemon;
    private int refusals;

    @BeforeEach
    void open() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (System.getenv("CI") == null) {
            assumeTrue(root, "needs root");
        }
        directory = Files.createTempDirectory("engine-daemon");
    }

    @AfterEach
    void close() throws Exception {
        if (daemon != null) {
            daemon.stop().await(30, TimeUnit.SECONDS);
        }
        if (directory != null) {
            try (var files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private DaemonConfig config() {
        return DaemonOptions.ofArguments(
                        "--data-root", directory.resolve("data").toString(),
                        "--exec-root", directory.resolve("run").toString(),
                        "--hostname", "testnode")
                .config("unused");
    }

    private void start() throws Exception {
        worker = new FakeWorker();
        worker.refusals = refusals;
        daemon = Daemon.start(config(), (vertx, config) -> Future.succeededFuture(worker))
                .await(30, TimeUnit.SECONDS);
        daemon.started().await(30, TimeUnit.SECONDS);
    }

    private Path socket() {
        return directory.resolve("run/swarmnet.sock");
    }

    private String request(String method, String path, String body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap(
                    (method + " " + path + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(1 << 20);
            while (channel.read(answer) >= 0) {
                assertTrue(answer.hasRemaining());
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void refusesASecondDaemonOnTheDataRootAndRemovesItsSocketAtTheEnd() throws Exception {
        start();
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
        SwarmnetException refusal = assertThrows(
                UnavailableException.class, () -> Daemon.start(config(), (vertx, config) -> Future.succeededFuture()));
        assertTrue(
                refusal.getMessage().contains("pid " + ProcessHandle.current().pid()), refusal.getMessage());
        daemon.stop().await(30, TimeUnit.SECONDS);
        daemon = null;
        assertFalse(Files.exists(socket()));
    }

    @Test
    void initRestartAndLeave() throws Exception {
        start();
        int port = freePort();
        String init = request(
                "POST",
                "/swarm/init",
                "{\"ListenAddr\":\"127.0.0.1:" + port + "\",\"AdvertiseAddr\":\"127.0.0.1:" + port + "\"}");
        assertTrue(init.startsWith("HTTP/1.1 200"), init);
        assertTrue(worker.entered != null && worker.managers.toString().equals("[127.0.0.1:" + port + "]"));
        assertTrue(request("GET", "/networks", "").contains("\"Name\":\"ingress\""));
        assertTrue(request("POST", "/networks/create", "{\"Name\":\"ov\",\"Driver\":\"overlay\"}")
                .contains(" 201 "));
        assertTrue(request("POST", "/swarm/init", "{}").contains("This node is already part of a swarm."));
        assertTrue(request("POST", "/swarm/leave", "").contains("Use `--force` to ignore this message. "));
        assertNoRaftInTheHostsNamespace();
        String id = worker.entered.node().value();
        daemon.stop().await(30, TimeUnit.SECONDS);

        start();
        await(() -> request("GET", "/networks", "").contains("\"Name\":\"ov\""));
        assertEquals(id, worker.entered.node().value());
        assertTrue(request("GET", "/info", "").contains("\"LocalNodeState\":\"active\",\"ControlAvailable\":true"));

        assertTrue(request("POST", "/swarm/leave?force=1", "").startsWith("HTTP/1.1 200"));
        assertTrue(request("GET", "/info", "").contains("\"LocalNodeState\":\"inactive\""));
        assertTrue(request("POST", "/swarm/leave", "").contains("This node is not part of a swarm"));
        assertFalse(Files.exists(directory.resolve("data/swarm")));
        assertEquals(0, directory.resolve("run/control").toFile().list().length);
    }

    private void init(int port) throws Exception {
        String at = "127.0.0.1:" + port;
        String answer =
                request("POST", "/swarm/init", "{\"ListenAddr\":\"" + at + "\",\"AdvertiseAddr\":\"" + at + "\"}");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    }

    /** At the host's start its address may come later than the daemon. */
    @Test
    void aWorkerThatCannotEnterYetIsToldAndTriedAgain() throws Exception {
        start();
        init(freePort());
        daemon.stop().await(30, TimeUnit.SECONDS);
        refusals = 1;
        start();
        await(() -> request("GET", "/info", "").contains("\"Error\":\"no link has the address\""));
        await(() -> worker.entered != null);
        await(() -> request("GET", "/info", "").contains("\"Error\":\"\""));
    }

    @Test
    void aManagerWhosePortIsTakenIsToldAndWhatItRetriesEndsWithLeave() throws Exception {
        start();
        int port = freePort();
        init(port);
        String old = worker.entered.node().value();
        daemon.stop().await(30, TimeUnit.SECONDS);
        try (var taken = new java.net.ServerSocket(port, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            start();
            await(() -> request("GET", "/info", "")
                    .contains("the manager's port " + "127.0.0.1:" + taken.getLocalPort() + " cannot be opened"));
            assertTrue(request("POST", "/swarm/leave?force=1", "").startsWith("HTTP/1.1 200"));
        }
        init(freePort());
        Thread.sleep(6_000); // a further try of the old part would have come by now
        String info = request("GET", "/info", "");
        assertFalse(info.contains(old), info);
        assertTrue(info.contains("\"ControlAvailable\":true,\"Error\":\"\""), info);
    }

    @Test
    void aManagerThatStartsWithAFullDiskSaysSoAndComesBackWithTheRoom() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        run("mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", data.toString());
        try {
            start();
            init(freePort());
            assertTrue(request("POST", "/networks/create", "{\"Name\":\"ov\",\"Driver\":\"overlay\"}")
                    .contains(" 201 "));
            daemon.stop().await(30, TimeUnit.SECONDS);
            daemon = null;
            Path filler = data.resolve("filler");
            new ProcessBuilder("dd", "if=/dev/zero", "of=" + filler, "bs=1M")
                    .start()
                    .waitFor();
            start();
            await(() -> request("GET", "/info", "")
                    .contains("0 MiB free, 16 MiB are needed; the store is opened when there is room"));
            Files.delete(filler);
            await(() -> request("POST", "/networks/create", "{\"Name\":\"later\",\"Driver\":\"overlay\"}")
                    .contains(" 201 "));
            assertTrue(request("GET", "/networks", "").contains("\"Name\":\"ov\""));
            daemon.stop().await(30, TimeUnit.SECONDS);
            daemon = null;
        } finally {
            if (daemon != null) {
                daemon.stop().await(30, TimeUnit.SECONDS);
                daemon = null;
            }
            run("umount", "-l", data.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder(command).inheritIO().start().waitFor(),
                List.of(command).toString());
    }

    /** The consensus' sockets are in the private namespace only: the host's tables show no 127.77. */
    private static void assertNoRaftInTheHostsNamespace() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/net/tcp"))) {
            assertFalse(line.matches("\\s*\\d+: [0-9A-F]{4}4D7F:.*"), line);
        }
    }

    @Test
    void joinTellsAtOnceWhatIsWrong() throws Exception {
        start();
        String bad =
                request("POST", "/swarm/join", "{\"RemoteAddrs\":[\"127.0.0.1:1\"],\"JoinToken\":\"SWMTKN-1-bad\"}");
        assertTrue(bad.contains("invalid join token"), bad);
        String token = "SWMTKN-1-" + "0".repeat(50) + "-" + "0".repeat(25);
        String unreachable =
                request("POST", "/swarm/join", "{\"RemoteAddrs\":[\"127.0.0.1:1\"],\"JoinToken\":\"" + token + "\"}");
        assertTrue(unreachable.contains("127.0.0.1:1"), unreachable);
        assertTrue(request("GET", "/info", "").contains("\"LocalNodeState\":\"inactive\""));
        assertTrue(request("POST", "/swarm/init", "{\"ForceNewCluster\":true}").contains("ForceNewCluster"));
        assertTrue(request("POST", "/swarm/init", "{\"AutoLockManagers\":true}").contains("AutoLockManagers"));
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < until, "the condition does not come true");
            Thread.sleep(50);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theControlNamespaceHasALoopbackAndNothingElse() throws Exception {
        ControlNamespace namespace = ControlNamespace.open(directory, "enginetest");
        try {
            Netns netns = Netns.open(directory.resolve("control/swarmnet-ctl-enginetest"));
            assertFalse(netns.inode() == Netns.host().inode());
            try (var links = io.swarmnet.linux.netlink.NetlinkHandle.open(netns)) {
                assertEquals(
                        List.of("lo"),
                        links.links().stream()
                                .map(link -> link.name())
                                .filter(name -> name.equals("lo"))
                                .toList());
                assertTrue(links.links().stream().allMatch(link -> link.name().equals("lo") || !link.up()));
            }
            boolean bound = namespace.call(() -> {
                try (var socket = new java.net.ServerSocket()) {
                    socket.bind(new java.net.InetSocketAddress("127.77.1.2", 4001));
                    return socket.isBound();
                }
            });
            assertTrue(bound);
        } finally {
            namespace.delete();
            namespace.release();
        }
    }
}
