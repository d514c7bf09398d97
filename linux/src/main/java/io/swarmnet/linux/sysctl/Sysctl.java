package io.swarmnet.linux.sysctl;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netns.Netns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads and writes kernel settings. Keys are {@code net.ipv4.ip_forward}, or {@code net/ipv4/conf/eth0.7/forwarding}
 * with slashes where a device's name has dots.
 */
public final class Sysctl {
    private static final Path ROOT = Paths.get("/proc/sys");

    private Sysctl() {}

    /** Equivalent to: sysctl -n $key, in the caller's namespace. Without the final newline. */
    public static String read(String key) {
        Path path = path(key);
        try {
            return Files.readString(path, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw failure("sysctl " + key, path, e);
        }
    }

    /** Equivalent to: ip netns exec $netns sysctl -n $key */
    public static String read(Netns netns, String key) {
        // What /proc/sys/net shows is decided by the namespace of the thread that opens it.
        return netns.call(() -> read(key));
    }

    /** {@link #read(Netns, String)}, absent where this kernel has no such key. */
    public static Optional<String> readIfPresent(Netns netns, String key) {
        return netns.call(() -> Files.exists(path(key)) ? Optional.of(read(key)) : Optional.<String>empty());
    }

    /** Equivalent to: sysctl -w $key=$value, in the caller's namespace. */
    public static void write(String key, String value) {
        Path path = path(key);
        try {
            Files.writeString(path, value, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failure("sysctl " + key + "=" + value, path, e);
        }
    }

    /** Equivalent to: ip netns exec $netns sysctl -w $key=$value */
    public static void write(Netns netns, String key, String value) {
        netns.run(() -> write(key, value));
    }

    private static Path path(String key) {
        Path path = ROOT.resolve(key.indexOf('/') >= 0 ? key : key.replace('.', '/'))
                .normalize();
        if (!path.startsWith(ROOT) || path.equals(ROOT)) {
            throw new IllegalArgumentException("Not a sysctl key: " + key);
        }
        return path;
    }

    private static KernelException failure(String operation, Path path, IOException e) {
        // The JDK has no error number to give; the text of its message ends with the C library's.
        if (e instanceof NoSuchFileException || !Files.exists(path)) {
            return new KernelException(operation, Errno.ENOENT);
        }
        return new KernelException(operation, 0, e.getMessage());
    }
}
