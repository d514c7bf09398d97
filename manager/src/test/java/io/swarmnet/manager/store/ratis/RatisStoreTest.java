package io.swarmnet.manager.store.ratis;

import static io.swarmnet.manager.store.ratis.StoreFixture.await;
import static io.swarmnet.manager.store.ratis.StoreFixture.config;
import static io.swarmnet.manager.store.ratis.StoreFixture.create;
import static io.swarmnet.manager.store.ratis.StoreFixture.failureOf;
import static io.swarmnet.manager.store.ratis.StoreFixture.find;
import static io.swarmnet.manager.store.ratis.StoreFixture.network;
import static io.swarmnet.manager.store.ratis.StoreFixture.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Change;
import io.swarmnet.manager.store.Commit;
import io.swarmnet.manager.store.Committed;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.StaleVersionException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.id.RequestId;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.NetworkSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatisStoreTest {
    @TempDir
    Path directory;

    private Vertx vertx;
    private RatisStore store;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        if (store != null) {
            await(store.close());
        }
        await(vertx.close());
    }

    @Test
    void keepsWhatWasCommittedOverARestart() throws Exception {
        RatisStoreConfig config = config(directory);
        store = open(config, vertx);
        assertTrue(store.isLeader());
        assertEquals(new Committed(1), await(store.commit(create("one"))));
        assertEquals(network("one").withVersion(1), find(store, "one"));
        await(store.close());
        store = open(config, vertx);
        assertEquals(1, store.snapshot().version());
        assertEquals(network("one").withVersion(1), find(store, "one"));
        assertEquals(new Committed(2), await(store.commit(create("two"))));
    }

    @Test
    void answersARetryAsBeforeAlsoAfterARestart() throws Exception {
        RatisStoreConfig config = config(directory);
        store = open(config, vertx);
        Committed first = await(store.commit(create("one")));
        await(store.commit(create("two")));
        assertEquals(first, await(store.commit(create("one"))));
        await(store.close());
        store = open(config, vertx);
        assertEquals(first, await(store.commit(create("one"))));
        assertEquals(2, store.snapshot().version());
    }

    @Test
    void refusesWithTheNamedExceptionsAndChangesNothing() throws Exception {
        store = open(config(directory), vertx);
        await(store.commit(create("one")));
        assertInstanceOf(NameConflictException.class, failureOf(store.commit(create("again", "one"))));
        assertInstanceOf(
                StaleVersionException.class,
                failureOf(
                        store.commit(new Commit(new RequestId("r1"), 0, List.of(new Change.Create(network("two")))))));
        assertInstanceOf(
                StaleVersionException.class,
                failureOf(store.commit(new Commit(
                        new RequestId("r2"),
                        Commit.ANY_VERSION,
                        List.of(
                                new Change.Create(network("three")),
                                new Change.Delete(EntityKind.NETWORK, "one", 7))))));
        assertEquals(1, store.snapshot().version());
        assertEquals(1, store.snapshot().networks().size());
        await(store.commit(
                new Commit(new RequestId("r3"), 1, List.of(new Change.Delete(EntityKind.NETWORK, "one", 1)))));
        assertEquals(0, store.snapshot().networks().size());
    }

    @Test
    void tellsWatchersEachCommitInOrderBeforeTheCommitterHears() throws Exception {
        store = open(config(directory), vertx);
        await(store.commit(create("before")));
        List<Applied> seen = new CopyOnWriteArrayList<>();
        AutoCloseable watch = store.watch(seen::add);
        List<Future<Committed>> commits = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            commits.add(store.commit(create("n" + i)));
        }
        int[] seenWhenHeard = new int[1];
        await(commits.get(49).onSuccess(last -> seenWhenHeard[0] = seen.size()));
        assertEquals(51, seenWhenHeard[0]);
        assertEquals(List.of(), seen.get(0).changes());
        assertEquals(1, seen.get(0).after().version());
        for (int i = 1; i <= 50; i++) {
            assertEquals(i + 1, seen.get(i).after().version());
            assertSame(seen.get(i - 1).after(), seen.get(i).before());
            assertEquals(1, seen.get(i).changes().size());
        }
        watch.close();
        await(store.commit(create("after")));
        assertEquals(51, seen.size());
    }

    @Test
    void answersOnTheCallersContext() throws Exception {
        store = open(config(directory), vertx);
        Context caller = vertx.getOrCreateContext();
        Promise<Context> heard = Promise.promise();
        caller.runOnContext(
                nothing -> store.commit(create("one")).onComplete(end -> heard.complete(Vertx.currentContext())));
        assertSame(caller, await(heard.future()));
    }

    @Test
    void restoresASnapshotAndTheLogBehindIt() throws Exception {
        RatisStoreConfig config = config(directory, 20, 0);
        store = open(config, vertx);
        for (int i = 0; i < 75; i++) {
            await(store.commit(create("n" + i)));
        }
        await(store.close());
        assertTrue(files("snapshot.").stream().anyMatch(name -> !name.endsWith(".md5")), "a snapshot was written");
        store = open(config, vertx);
        assertEquals(75, store.snapshot().version());
        assertEquals(75, store.snapshot().networks().size());
        assertEquals(new Committed(1), await(store.commit(create("n0"))), "request ids are in the snapshot");
        assertEquals(75, store.snapshot().version());
    }

    @Test
    void startsRatisAnewAfterItEndedItself() throws Exception {
        store = open(config(directory), vertx);
        await(store.commit(create("one")));
        List<Applied> seen = new CopyOnWriteArrayList<>();
        store.watch(seen::add);
        store.endRatisForTest();
        assertInstanceOf(UnavailableException.class, failureOf(store.commit(create("two"))));
        assertEquals(1, store.snapshot().version(), "what was known is still answered");
        long end = System.nanoTime() + 15_000_000_000L;
        while (!store.isLeader() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertEquals(new Committed(2), await(store.commit(create("three"))));
        assertEquals(
                List.of(1L, 2L),
                seen.stream().map(each -> each.after().version()).toList());
    }

    @Test
    void refusesADirectoryInUseAnotherSwarmsAndAnUnexpectedlyEmptyOne() throws Exception {
        RatisStoreConfig config = config(directory);
        Throwable empty = failureOf(RatisStore.open(
                new RatisStoreConfig(
                        config.directory(),
                        config.self(),
                        config.cluster(),
                        config.loopback(),
                        config.port(),
                        config.door(),
                        config.keys(),
                        false),
                vertx));
        assertTrue(empty.getMessage().contains("is empty"), empty.getMessage());
        store = open(config, vertx);
        Throwable locked = failureOf(RatisStore.open(config, vertx));
        assertTrue(locked.getMessage().contains(config.directory().toString()), locked.getMessage());
        await(store.close());
        store = null;
        Throwable other = failureOf(RatisStore.open(
                new RatisStoreConfig(
                        config.directory(),
                        config.self(),
                        new ClusterId("another"),
                        config.loopback(),
                        config.port(),
                        config.door(),
                        config.keys(),
                        true),
                vertx));
        assertTrue(other.getMessage().contains("another swarm"), other.getMessage());
    }

    @Test
    void refusesWritesBelowTheFreeSpaceAndNamesThePath() throws Exception {
        RatisStoreConfig config = config(directory, 1_000, Long.MAX_VALUE);
        store = open(config, vertx);
        Throwable full = failureOf(store.commit(create("one")));
        assertInstanceOf(UnavailableException.class, full);
        assertTrue(full.getMessage().contains(config.directory().toString()), full.getMessage());
        assertEquals(0, store.snapshot().version());
    }

    @Test
    void refusesACommitThatFitsNoEntry() throws Exception {
        store = open(config(directory), vertx);
        NetworkSpec spec = network("big").spec();
        var big = new io.swarmnet.model.object.Network(
                network("big").id(),
                0,
                StoreFixture.NOW,
                StoreFixture.NOW,
                new NetworkSpec(
                        spec.name(),
                        Map.of("blob", "x".repeat(3 << 20)),
                        spec.driver(),
                        Map.of(),
                        true,
                        false,
                        false,
                        true,
                        false,
                        List.of()),
                network("big").subnets(),
                List.of());
        assertInstanceOf(
                InvalidSpecException.class,
                failureOf(store.commit(
                        new Commit(new RequestId("big"), Commit.ANY_VERSION, List.of(new Change.Create(big))))));
        await(store.commit(create("small")));
    }

    @Test
    void cutsATornTail() throws Exception {
        RatisStoreConfig config = config(directory);
        store = open(config, vertx);
        for (int i = 0; i < 10; i++) {
            await(store.commit(create("n" + i)));
        }
        await(store.close());
        Path log = openSegment();
        try (var channel = Files.newByteChannel(log, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(log) - 3);
        }
        store = open(config, vertx);
        assertEquals(9, store.snapshot().version(), "all but the torn one");
        assertEquals(new Committed(10), await(store.commit(create("n9"))));
    }

    @Test
    void refusesADamagedMiddleWithFileAndOffset() throws Exception {
        RatisStoreConfig config = config(directory);
        store = open(config, vertx);
        for (int i = 0; i < 20; i++) {
            await(store.commit(create("n" + i)));
        }
        await(store.close());
        store = null;
        Path log = openSegment();
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 0x40;
        Files.write(log, bytes);
        Throwable damage = failureOf(RatisStore.open(config, vertx));
        assertInstanceOf(DamagedStoreException.class, damage);
        assertTrue(damage.getMessage().contains(log.toString()), damage.getMessage());
        assertTrue(
                damage.getMessage().matches(".*offset [1-9][0-9]*, after [0-9]+ good entries.*"), damage.getMessage());
        assertEquals(bytes.length, Files.size(log), "nothing is cut");
    }

    @Test
    void refusesADamagedSnapshotWithItsFile() throws Exception {
        RatisStoreConfig config = config(directory, 10, 0);
        store = open(config, vertx);
        for (int i = 0; i < 30; i++) {
            await(store.commit(create("n" + i)));
        }
        await(store.close());
        store = null;
        Random random = new Random(1);
        for (Path file : paths("snapshot.")) {
            if (!file.toString().endsWith(".md5")) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[20 + random.nextInt(bytes.length - 20)] ^= 1;
                Files.write(file, bytes);
            }
        }
        Throwable damage = failureOf(RatisStore.open(config, vertx));
        assertInstanceOf(DamagedStoreException.class, damage);
        assertTrue(damage.getMessage().contains("snapshot."), damage.getMessage());
    }

    @Test
    void writesNothingInClearAndNothingForOthersToRead() throws Exception {
        RatisStoreConfig config = config(directory, 5, 0);
        store = open(config, vertx);
        for (int i = 0; i < 12; i++) {
            await(store.commit(create("very-visible-name" + i)));
        }
        await(store.close());
        try (var files = Files.walk(config.directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
                assertTrue(!content.contains("very-visible-name"), file.toString());
            }
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("cluster-keys"))));
        Files.setPosixFilePermissions(directory.resolve("cluster-keys"), PosixFilePermissions.fromString("rw-r--r--"));
        try {
            KeyFile.openOrCreate(directory.resolve("cluster-keys"));
            throw new AssertionError("an open key file was taken");
        } catch (UnavailableException expected) {
            assertTrue(expected.getMessage().contains("0600"));
        }
    }

    private Path openSegment() throws Exception {
        return paths("log_inprogress").get(0);
    }

    private List<String> files(String prefix) throws Exception {
        return paths(prefix).stream().map(path -> path.getFileName().toString()).toList();
    }

    private List<Path> paths(String prefix) throws Exception {
        try (var files = Files.walk(directory)) {
            return files.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }
}
