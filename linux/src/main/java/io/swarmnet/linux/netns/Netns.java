package io.swarmnet.linux.netns;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace by the path of its file. Holds no descriptor: it neither keeps the namespace alive nor needs
 * closing, and each use opens the path anew.
 *
 * @param path a pinned namespace, or {@code /proc/<pid>/ns/net}
 */
public record Netns(Path path) {
    /** What runs inside a namespace. */
    @FunctionalInterface
    public interface Body<T, X extends Exception> {
        T run() throws X;
    }

    /** What runs inside a namespace and gives nothing back. */
    @FunctionalInterface
    public interface Action<X extends Exception> {
        void run() throws X;
    }

    /** The namespace this process was started in (that of its first thread, which never moves). */
    public static Netns host() {
        return ofPid(ProcessHandle.current().pid());
    }

    /** The namespace of the calling thread; valid only while that thread lives and stays. */
    public static Netns current() {
        return new Netns(Path.of("/proc/" + C.getpid() + "/task/" + C.gettid() + "/ns/net"));
    }

    /** The namespace of a process; valid while it lives. */
    public static Netns ofPid(long pid) {
        return new Netns(Path.of("/proc/" + pid + "/ns/net"));
    }

    /** A namespace somebody pinned at this path; {@code ENOENT} if there is none. */
    public static Netns open(Path path) {
        Netns netns = new Netns(path);
        if (!netns.exists()) {
            throw new KernelException("netns open " + path, Errno.ENOENT);
        }
        return netns;
    }

    /**
     * Makes a namespace and pins it at a path whose directories are made if missing. Its {@code lo} is down.
     * {@code EEXIST} if the path already pins one; a plain file left there (after a reboot) is used.
     * Equivalent to: ip netns add $name
     */
    public static Netns create(Path path) {
        Netns netns = new Netns(path);
        if (netns.exists()) {
            throw new KernelException("netns add " + path, Errno.EEXIST);
        }
        touch(path);
        try {
            // A thread of its own that ends inside: it has no home to miss.
            Visitors.onFreshThread(() -> {
                Libc.check("unshare(CLONE_NEWNET) for " + path, C.unshare(Libc.CLONE_NEWNET));
                return Libc.check(
                        "mount --bind /proc/thread-self/ns/net " + path,
                        C.mount("/proc/thread-self/ns/net", path.toString(), null, Libc.MS_BIND, null));
            });
        } catch (RuntimeException e) {
            netns.delete();
            throw e;
        }
        return netns;
    }

    /** {@link #create(Path)}, or the namespace that is pinned there already. */
    public static Netns createIfAbsent(Path path) {
        Netns netns = new Netns(path);
        return netns.exists() ? netns : create(path);
    }

    private static void touch(Path path) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // Left by a machine that went down: the file stays, the mount does not.
        } catch (IOException e) {
            throw new UncheckedIOException("netns add " + path, e);
        }
    }

    /** True if the path is a namespace now. */
    public boolean exists() {
        try {
            // All namespace files are on the kernel's one nsfs.
            return Files.getAttribute(path, "unix:dev")
                    .equals(Files.getAttribute(Path.of("/proc/self/ns/net"), "unix:dev"));
        } catch (IOException e) {
            return false;
        }
    }

    /** The kernel's number of the namespace, as {@code lsns} prints it: equal numbers are the same namespace. */
    public long inode() {
        try {
            return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
        } catch (IOException e) {
            throw new KernelException("netns inode of " + path, Errno.ENOENT);
        }
    }

    /** A descriptor of the namespace, close-on-exec; the caller closes it with {@link Libc#close}. */
    public int openDescriptor() {
        return Libc.open(path.toString(), Libc.O_RDONLY);
    }

    /**
     * Runs the body on a thread that is in this namespace, and waits for it. What the body opens (sockets, TAP) stays in
     * the namespace; threads it starts would stay too, so it starts none. An exception of the body is thrown here.
     */
    public <T, X extends Exception> T call(Body<T, X> body) throws X {
        return Visitors.visit(this, body);
    }

    /** {@link #call} for a body without a result. */
    public <X extends Exception> void run(Action<X> action) throws X {
        Visitors.<Void, X>visit(this, () -> {
            action.run();
            return null;
        });
    }

    /**
     * Daemon threads that live and die in this namespace, and whose own threads are born in it. A thread that cannot
     * enter runs nothing and ends with the {@link KernelException} as its uncaught exception.
     */
    public ThreadFactory threadFactory(String namePrefix) {
        AtomicInteger count = new AtomicInteger();
        return runnable -> {
            Thread thread = new Thread(
                    () -> {
                        enter();
                        runnable.run();
                    },
                    namePrefix + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Moves the calling thread into this namespace for good. For threads that end there; see {@link #call}. */
    public void enter() {
        int fd = openDescriptor();
        try {
            Libc.check("setns " + path, C.setns(fd, Libc.CLONE_NEWNET));
        } finally {
            Libc.close(fd);
        }
    }

    /**
     * Unpins the namespace; it dies with its last process, socket or device user. Nothing to do if there is none.
     * Equivalent to: ip netns delete $name
     */
    public void delete() {
        if (exists() && C.umount2(path.toString(), Libc.MNT_DETACH | Libc.UMOUNT_NOFOLLOW) < 0) {
            int errno = Libc.errno();
            if (errno != Errno.EINVAL && errno != Errno.ENOENT) {
                throw new KernelException("netns delete " + path, errno);
            }
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("netns delete " + path, e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
