package io.swarmnet.linux.mount;

import static io.swarmnet.linux.libc.Libc.C;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.libc.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Mounts and unmounts by path. */
public final class Mounts {
    private Mounts() {}

    /** Equivalent to: mount --bind $source $target */
    public static void bind(Path source, Path target) {
        mount("--bind " + source, source.toString(), target, null, Libc.MS_BIND, null);
    }

    /** Equivalent to: mount --rbind $source $target */
    public static void bindRecursive(Path source, Path target) {
        mount("--rbind " + source, source.toString(), target, null, Libc.MS_BIND | Libc.MS_REC, null);
    }

    /** Equivalent to: mount -o remount,bind,ro $target */
    public static void remountReadOnly(Path target) {
        mount("-o remount,bind,ro", null, target, null, Libc.MS_REMOUNT | Libc.MS_BIND | Libc.MS_RDONLY, null);
    }

    /** Equivalent to: mount -t tmpfs -o nosuid,nodev,$options tmpfs $target */
    public static void tmpfs(Path target, String options) {
        mount("-t tmpfs", "tmpfs", target, "tmpfs", Libc.MS_NOSUID | Libc.MS_NODEV, options);
    }

    /**
     * Equivalent to: mount -t overlay overlay -o lowerdir=$lower:...,upperdir=$upper,workdir=$work $target
     *
     * @param lower read-only layers, topmost first
     */
    public static void overlay(List<Path> lower, Path upper, Path work, Path target) {
        String options = "lowerdir=" + lower.stream().map(Mounts::escape).collect(Collectors.joining(":"))
                + ",upperdir=" + escape(upper) + ",workdir=" + escape(work);
        mount("-t overlay", "overlay", target, "overlay", 0, options);
    }

    /** Equivalent to: mount --make-rprivate $target */
    public static void makePrivate(Path target) {
        mount("--make-rprivate", null, target, null, Libc.MS_PRIVATE | Libc.MS_REC, null);
    }

    /** Equivalent to: mount --make-rshared $target */
    public static void makeShared(Path target) {
        mount("--make-rshared", null, target, null, Libc.MS_SHARED | Libc.MS_REC, null);
    }

    /** Equivalent to: umount -l $target. True if something was mounted there. */
    public static boolean unmountLazily(Path target) {
        if (C.umount2(target.toString(), Libc.MNT_DETACH | Libc.UMOUNT_NOFOLLOW) == 0) {
            return true;
        }
        int errno = Libc.errno();
        if (errno == Errno.EINVAL || errno == Errno.ENOENT) {
            return false;
        }
        throw new KernelException("umount -l " + target, errno);
    }

    /** The mount points of this process at or below a path, deepest first (so that they can be unmounted in order). */
    public static List<Path> below(Path top) {
        try {
            List<Path> found = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                Path point = Path.of(unescape(line.split(" ")[4]));
                if (point.startsWith(top)) {
                    found.add(0, point);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("read mountinfo", e);
        }
    }

    private static void mount(String what, String source, Path target, String type, long flags, String options) {
        Libc.check("mount " + what + " " + target, C.mount(source, target.toString(), type, flags, options));
    }

    /** overlayfs splits its options at commas and its layers at colons. */
    private static String escape(Path path) {
        return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
    }

    /** mountinfo writes space, tab, newline and backslash as three octal digits. */
    private static String unescape(String field) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                out.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                out.append(field.charAt(i));
            }
        }
        return out.toString();
    }
}
