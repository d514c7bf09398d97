package io.swarmnet.manager.cluster;

import io.swarmnet.linux.netns.Netns;
import io.swarmnet.manager.PrivateNamespace;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.manager.store.ratis.KeyFile;
import io.swarmnet.manager.store.ratis.RatisStore;
import io.swarmnet.manager.store.ratis.RatisStoreConfig;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.Subnet;
import io.swarmnet.model.net.Vni;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A process with a store and a bus in a private namespace, which tells on its standard output where its threads and sockets
 * are, and how long things took. A process of its own, because pools of a JVM belong to whoever used them first.
 *
 * <p>Arguments: {@code commit | threads | write | measure | idle}, then a directory.
 */
final class NamespaceProbe {
    static final String LOOPBACK = "127.77.3.4";
    static final int RAFT_PORT = 17_001;
    static final int HAZELCAST_PORT = 17_002;
    static final int BUS_PORT = 17_003;
    static final NodeId NODE = new NodeId("probenode");
    private static final ClusterId CLUSTER = new ClusterId("probecluster");

    private final Path directory;
    private final Netns netns;
    private Vertx vertx;
    private RatisStore store;
    private ClusterBus bus;
    private int commits;

    private NamespaceProbe(Path directory, Netns netns) {
        this.directory = directory;
        this.netns = netns;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        Netns netns = Netns.create(
                Path.of("/run/netns/swst-" + ProcessHandle.current().pid()));
        try {
            run("ip", "-n", netns.path().getFileName().toString(), "link", "set", "lo", "up");
            NamespaceProbe probe = new NamespaceProbe(directory, netns);
            switch (arguments[0]) {
                case "commit" -> probe.oneCommit();
                case "threads" -> probe.threads();
                case "write" -> probe.writeUntilKilled();
                case "measure" -> probe.measure();
                case "idle" -> probe.idle();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } finally {
            netns.delete();
        }
        System.exit(0);
    }

    private void oneCommit() throws Exception {
        openStore();
        await(store.commit(commit()));
        System.out.println("BEFORE-COMMIT");
        await(store.commit(commit()).onSuccess(done -> System.out.println("AFTER-COMMIT")));
        close();
    }

    private void threads() throws Exception {
        openStore();
        openBus();
        await(store.commit(commit()));
        await(vertx.executeBlocking(() -> commit()).compose(store::commit));
        ask();
        print("first");
        bus.closeHazelcastForTest();
        until(() -> !bus.isUp());
        Future<byte[]> refused = bus.ask(NODE, new byte[1], 1_000);
        await(store.commit(commit()));
        await(refused.transform(end -> Future.succeededFuture()));
        System.out.println("refused " + refused.cause().getMessage());
        until(bus::isUp);
        ask();
        for (int i = 0; i < 50; i++) {
            await(store.commit(commit()));
        }
        print("second");
        close();
    }

    private void writeUntilKilled() throws Exception {
        openStore();
        netns.delete();
        Semaphore outstanding = new Semaphore(2);
        while (true) {
            outstanding.acquire();
            store.commit(commit())
                    .onSuccess(done -> System.out.println("acknowledged " + done.version()))
                    .onFailure(failure -> System.out.println("refused " + failure.getMessage()))
                    .onComplete(end -> outstanding.release());
        }
    }

    private void measure() throws Exception {
        vertx = Vertx.vertx();
        await(vertx.timer(1));
        memory("vertx");
        long began = System.nanoTime();
        openStore();
        System.out.printf("open.empty.millis=%d%n", millis(began));
        memory("store");
        warmUp(3_000);
        long[] nanos = new long[500];
        for (int i = 0; i < nanos.length; i++) {
            long each = System.nanoTime();
            await(store.commit(commit()));
            nanos[i] = System.nanoTime() - each;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "commit.micros p50=%d p99=%d max=%d%n", nanos[250] / 1_000, nanos[494] / 1_000, nanos[499] / 1_000);
        began = System.nanoTime();
        warmUp(5_000);
        System.out.printf("commits.per.second.64.outstanding=%d%n", 5_000_000L / millis(began));
        began = System.nanoTime();
        openBus();
        System.out.printf("bus.up.millis=%d%n", millis(began));
        ask();
        memory("store+bus");
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .forEach(name -> System.out.println("thread " + name));
        began = System.nanoTime();
        await(store.close());
        System.out.printf("close.millis=%d%n", millis(began));
        began = System.nanoTime();
        store = await(RatisStore.open(config(), vertx));
        System.out.printf(
                "open.again.millis=%d version=%d%n",
                millis(began), store.snapshot().version());
        close();
    }

    private void idle() throws Exception {
        vertx = Vertx.vertx();
        await(vertx.timer(1));
        memory("vertx");
        openStore();
        warmUp(20);
        memory("store");
        openBus();
        ask();
        memory("store+bus");
        Thread.sleep(10_000);
        Duration before = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        Thread.sleep(20_000);
        Duration after = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        memory("idle");
        System.out.printf("idle.cpu.percent=%.1f%n", after.minus(before).toMillis() / 200.0);
        close();
    }

    private void warmUp(int count) throws Exception {
        Semaphore outstanding = new Semaphore(64);
        List<Future<Committed>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outstanding.acquire();
            all.add(store.commit(commit()).onComplete(end -> outstanding.release()));
        }
        await(Future.all(all));
    }

    private void openStore() throws Exception {
        if (vertx == null) {
            vertx = Vertx.vertx();
        }
        store = await(RatisStore.open(config(), vertx));
    }

    private RatisStoreConfig config() {
        return new RatisStoreConfig(
                directory.resolve("store"),
                NODE,
                CLUSTER,
                LOOPBACK,
                RAFT_PORT,
                door(),
                KeyFile.openOrCreate(directory.resolve("cluster-keys")),
                true,
                0,
                RatisStoreConfig.DEFAULT_SNAPSHOT_EVERY);
    }

    private void openBus() throws Exception {
        bus = ClusterBus.create(
                new ClusterBusConfig(CLUSTER, "secret", LOOPBACK, HAZELCAST_PORT, BUS_PORT, door()), vertx);
        bus.start();
        bus.serve(NODE, Future::succeededFuture);
        until(bus::isUp);
    }

    private void ask() throws Exception {
        byte[] answer = await(bus.ask(NODE, new byte[] {7}, 10_000));
        if (answer[0] != 7) {
            throw new IllegalStateException("answer " + answer[0]);
        }
    }

    private void close() throws Exception {
        if (bus != null) {
            await(bus.close());
        }
        await(store.close());
        await(vertx.close());
    }

    private PrivateNamespace door() {
        return new PrivateNamespace() {
            @Override
            public ThreadFactory threads(String prefix) {
                return netns.threadFactory(prefix);
            }

            @Override
            public <T> T call(Callable<T> body) throws Exception {
                return netns.call(body::call);
            }
        };
    }

    /** Each commit replaces one of 100 networks, as a swarm at work does, and does not grow the state. */
    private Commit commit() {
        int number = commits++;
        NetworkId id = new NetworkId("n" + number % 100);
        Network network = new Network(
                id,
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                new NetworkSpec("x", Map.of(), "overlay", Map.of(), true, false, false, true, false, List.of()),
                List.of(new OverlaySubnet(Subnet.parse("10.0.1.0/24"), IpAddress.parse("10.0.1.1"), new Vni(4097))),
                List.of(1L));
        return new Commit(
                new RequestId("r" + number),
                Commit.ANY_VERSION,
                List.of(
                        new Change.Delete(network.kind(), network.key(), Commit.ANY_VERSION),
                        new Change.Create(network)));
    }

    private void print(String when) throws Exception {
        long inside = netns.inode();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip();
                    long inode = new Netns(task.resolve("ns/net")).inode();
                    System.out.println(when + " thread " + (inode == inside ? "inside" : "outside") + " " + name);
                } catch (IOException | RuntimeException ended) {
                    continue;
                }
            }
        }
        for (String line : run("ss", "-Htan")) {
            System.out.println(when + " socket outside " + line);
        }
        String name = netns.path().getFileName().toString();
        for (String line : run("ip", "netns", "exec", name, "ss", "-Htan")) {
            System.out.println(when + " socket inside " + line);
        }
    }

    private static void memory(String when) throws Exception {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long threads;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            threads = tasks.count();
        }
        String pss = Files.readAllLines(Path.of("/proc/self/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .findFirst()
                .orElse("?");
        System.out.printf(
                "memory %s heap.MiB=%d threads=%d %s%n",
                when, (runtime.totalMemory() - runtime.freeMemory()) >> 20, threads, pss.replaceAll(" +", " "));
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = process.inputReader().lines().toList();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + lines);
        }
        return lines;
    }

    private static void until(BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within 20 s");
            }
            Thread.sleep(5);
        }
    }

    private static long millis(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1_000_000;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    }
}
