package io.swarmnet.linux.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.ScratchNetns;
import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netlink.NetlinkHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(60)
class NetnsKernelTest {
    private ScratchNetns scratch;

    @BeforeEach
    void make() {
        scratch = new ScratchNetns();
    }

    @AfterEach
    void remove() {
        scratch.close();
    }

    @Test
    void createPinsAndDeleteLeavesNothing() {
        Path path = scratch.directory().resolve("one");
        Netns netns = Netns.create(path);
        assertTrue(netns.exists());
        assertNotEquals(Netns.host().inode(), netns.inode());
        assertEquals(netns.inode(), Netns.createIfAbsent(path).inode());
        assertEquals(
                Errno.EEXIST,
                assertThrows(KernelException.class, () -> Netns.create(path)).errno());
        netns.delete();
        assertFalse(Files.exists(path));
        assertFalse(netns.exists());
        netns.delete();
        assertEquals(
                Errno.ENOENT,
                assertThrows(KernelException.class, () -> Netns.open(path)).errno());
    }

    @Test
    void plainFileLeftByARebootIsUsed() throws IOException {
        Path path = Files.createFile(scratch.directory().resolve("stale"));
        assertFalse(new Netns(path).exists());
        Netns netns = Netns.create(path);
        assertTrue(netns.exists());
        netns.delete();
    }

    @Test
    void callRunsInsideAndItsThreadsComeHome() throws Exception {
        Netns netns = scratch.add("in");
        long home = Netns.host().inode();
        assertEquals(netns.inode(), netns.call(() -> Netns.current().inode()));
        assertEquals(home, Netns.current().inode());
        assertThrows(
                IOException.class,
                () -> netns.call(() -> {
                    throw new IOException("the body's own");
                }));
        // A nested visit goes elsewhere and comes back to where it was.
        Netns other = scratch.add("other");
        assertEquals(netns.inode(), netns.call(() -> {
            assertEquals(other.inode(), other.call(() -> Netns.current().inode()));
            return Netns.current().inode();
        }));
        // A Java thread is over a little before its kernel thread is.
        long end = System.nanoTime() + 10_000_000_000L;
        while (!strangers(home).isEmpty()) {
            assertTrue(System.nanoTime() < end, "threads elsewhere: " + strangers(home));
            Thread.sleep(10);
        }
    }

    private static List<String> strangers(long home) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    if (new Netns(task.resolve("ns/net")).inode() != home) {
                        found.add(Files.readString(task.resolve("comm")).strip());
                    }
                } catch (KernelException | IOException e) {
                    // a thread that ended meanwhile
                }
            }
        }
        return found;
    }

    @Test
    void visitorMadeByAThreadOfAPrivateNamespaceIsAtHomeInTheHosts() throws Exception {
        Netns inner = scratch.add("inner");
        Netns target = scratch.add("target");
        ArrayBlockingQueue<Long> seen = new ArrayBlockingQueue<>(4);
        CountDownLatch busy = new CountDownLatch(1);
        Thread thread = inner.threadFactory("private").newThread(() -> {
            seen.add(Netns.current().inode());
            Thread child = new Thread(() -> seen.add(Netns.current().inode()));
            child.start();
            seen.add(target.call(() -> Netns.current().inode()));
            busy.countDown();
        });
        thread.start();
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        thread.join();
        assertEquals(inner.inode(), seen.poll(5, TimeUnit.SECONDS));
        assertTrue(java.util.Set.of(inner.inode(), target.inode()).contains(seen.poll(5, TimeUnit.SECONDS)));
        assertTrue(java.util.Set.of(inner.inode(), target.inode()).contains(seen.poll(5, TimeUnit.SECONDS)));
        for (int i = 0; i < 20; i++) {
            assertEquals(target.inode(), target.call(() -> Netns.current().inode()));
        }
    }

    @Test
    void threadThatCannotEnterRunsNothing() throws Exception {
        Netns gone = new Netns(scratch.directory().resolve("gone"));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = gone.threadFactory("lost").newThread(() -> thrown.set(new AssertionError("ran")));
        thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
        thread.start();
        thread.join(10_000);
        assertEquals(Errno.ENOENT, ((KernelException) thrown.get()).errno());
        assertEquals(
                Errno.ENOENT,
                assertThrows(KernelException.class, () -> gone.call(() -> 1)).errno());
    }

    @Test
    void handleKeepsServingAfterTheNameIsGone() {
        Netns netns = Netns.create(scratch.directory().resolve("short"));
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            netns.delete();
            assertEquals("lo", handle.links().get(0).name());
        }
    }

    @Test
    void threadThatCannotGoHomeEndsAndIsNotUsedAgain() throws Exception {
        Netns netns = scratch.add("trap");
        long home = Netns.host().inode();
        Thread[] visitor = new Thread[1];
        // Takes the way home away from the thread while it is inside: the descriptor it would return by.
        assertEquals("done", netns.call(() -> {
            visitor[0] = Thread.currentThread();
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                for (Path fd : open.toList()) {
                    if (Files.isSymbolicLink(fd)
                            && Files.readSymbolicLink(fd).toString().equals("net:[" + home + "]")) {
                        Libc.close(Integer.parseInt(fd.getFileName().toString()));
                    }
                }
            }
            return "done";
        }));
        visitor[0].join(10_000);
        assertFalse(visitor[0].isAlive());
        Netns other = scratch.add("next");
        assertEquals(other.inode(), other.call(() -> Netns.current().inode()));
        assertEquals(home, Netns.current().inode());
    }
}
