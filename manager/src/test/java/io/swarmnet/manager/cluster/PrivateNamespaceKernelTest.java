package io.swarmnet.manager.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.store.ratis.KeyFile;
import io.swarmnet.manager.store.ratis.OpenDoor;
import io.swarmnet.manager.store.ratis.RatisStore;
import io.swarmnet.manager.store.ratis.RatisStoreConfig;
import io.swarmnet.model.id.ClusterId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real namespace, seen from a process of its own: {@link NamespaceProbe}. */
@Tag("root")
@Timeout(90)
class PrivateNamespaceKernelTest {
    private static final List<String> OURS = List.of(
            "store-", "bus-", "hz.", "probenode", "NettyRpc", "JvmPause", "RaftTimer", "TimeoutSch", "vertx-hazelcast");

    @TempDir
    Path directory;

    @Test
    void everyThreadAndSocketOfStoreAndBusIsInTheNamespaceAndNoOther() throws Exception {
        List<String> told = probe("threads");
        for (String when : List.of("first", "second")) {
            List<String> inside = startingWith(told, when + " thread inside ");
            List<String> outside = startingWith(told, when + " thread outside ");
            assertTrue(inside.size() > 20, told.toString());
            for (String name : outside) {
                assertFalse(OURS.stream().anyMatch(name::startsWith), "leaked out: " + name);
            }
            for (String name : inside) {
                // Netty's and Vert.x' own helpers, which open no sockets; a pool of the JVM would be a leak.
                boolean known = OURS.stream().anyMatch(name::startsWith)
                        || name.startsWith("vertx-blocked")
                        || name.startsWith("globalEvent");
                assertTrue(known, "leaked in: " + name);
            }
            assertTrue(outside.stream().anyMatch(name -> name.startsWith("vert.x-event")), outside.toString());
            assertEquals(
                    List.of(),
                    startingWith(told, when + " socket outside ").stream()
                            .filter(line -> line.contains("127.77."))
                            .toList());
            List<String> listening = startingWith(told, when + " socket inside LISTEN");
            assertEquals(3, listening.size(), listening.toString());
            for (int port : List.of(NamespaceProbe.RAFT_PORT, NamespaceProbe.HAZELCAST_PORT, NamespaceProbe.BUS_PORT)) {
                String address = NamespaceProbe.LOOPBACK + "]:" + port;
                assertTrue(listening.stream().anyMatch(line -> line.contains(address)), address + " in " + listening);
            }
        }
        assertTrue(told.stream().anyMatch(line -> line.startsWith("refused node probenode cannot be asked now")));
    }

    @Test
    void nobodyInTheHostsNamespaceReachesTheIdentity() throws Exception {
        Process process = start("write");
        try (BufferedReader out = process.inputReader()) {
            assertTrue(out.readLine().startsWith("acknowledged "));
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(NamespaceProbe.LOOPBACK, NamespaceProbe.RAFT_PORT), 2_000);
                throw new AssertionError("connected to " + socket.getRemoteSocketAddress());
            } catch (IOException refused) {
                assertTrue(String.valueOf(refused.getMessage()).contains("refused"), String.valueOf(refused));
            }
        } finally {
            kill(process);
        }
    }

    @Test
    void syncsTheEntryBeforeTheCommitIsAnswered() throws Exception {
        Path trace = directory.resolve("trace");
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "-y", "-s", "40", "-e", "trace=fdatasync,fsync,write", "-o", trace.toString()));
        command.addAll(command("commit"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        List<String> calls = Files.readAllLines(trace);
        int before = indexOf(calls, 0, "BEFORE-COMMIT");
        int after = indexOf(calls, before, "AFTER-COMMIT");
        int written = indexOf(calls, before, "log_inprogress_0>, ");
        int synced = indexOf(calls, written, "sync(");
        assertTrue(calls.get(synced).contains("log_inprogress_0"), calls.get(synced));
        assertTrue(written < synced && synced < after, written + " " + synced + " " + after);
    }

    @Test
    void losesNothingAcknowledgedWhenKilled() throws Exception {
        Process process = start("write");
        long acknowledged = 0;
        try (BufferedReader out = process.inputReader()) {
            while (acknowledged < 300) {
                acknowledged =
                        Math.max(acknowledged, Long.parseLong(out.readLine().split(" ")[1]));
            }
            kill(process);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("acknowledged [0-9]+")) {
                    acknowledged = Math.max(acknowledged, Long.parseLong(line.split(" ")[1]));
                }
            }
        } finally {
            kill(process);
        }
        Vertx vertx = Vertx.vertx();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        RatisStore store = await(RatisStore.open(
                new RatisStoreConfig(
                        directory.resolve("store"),
                        NamespaceProbe.NODE,
                        new ClusterId("probecluster"),
                        "127.0.0.1",
                        port,
                        new OpenDoor(),
                        KeyFile.openOrCreate(directory.resolve("cluster-keys")),
                        false),
                vertx));
        assertTrue(store.snapshot().version() >= acknowledged, store.snapshot().version() + " of " + acknowledged);
        await(store.close());
        await(vertx.close());
    }

    /** 0 for another line, or for one that was cut. */
    private static long acknowledgedBy(String line) {
        return line.matches("acknowledged [0-9]+") ? Long.parseLong(line.substring("acknowledged ".length())) : 0;
    }

    private List<String> probe(String what) throws Exception {
        Process process = start(what);
        List<String> lines = process.inputReader().lines().toList();
        assertEquals(0, process.waitFor(), String.join("\n", lines));
        return lines;
    }

    private Process start(String what) throws IOException {
        return new ProcessBuilder(command(what))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<String> command(String what) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                // Pools differ with the machine: on many processors CompletableFuture uses the JVM's common one.
                "-XX:ActiveProcessorCount=8",
                "-cp",
                System.getProperty("java.class.path"),
                NamespaceProbe.class.getName(),
                what,
                directory.toString());
    }

    private static void kill(Process process) throws InterruptedException {
        // Not Process.destroyForcibly, which closes the output that is still to be read.
        process.toHandle().destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    private static int indexOf(List<String> lines, int from, String part) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).contains(part)) {
                return i;
            }
        }
        throw new AssertionError("no " + part + " behind line " + from);
    }

    private static List<String> startingWith(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    }
}
