package io.swarmnet.worker.disk;

import io.swarmnet.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whole directory trees; symbolic links are things, never ways. */
public final class FileTree {
    private static final int TYPE_AND_MODE_MASK = 07777;

    private FileTree() {}

    /**
     * Removes the tree, or does nothing when it is not there. Refuses a tree in which something is mounted: what is
     * mounted belongs to somebody else.
     */
    public static void delete(Path top) throws IOException {
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path real = top.toAbsolutePath().getParent().toRealPath().resolve(top.getFileName());
        List<Path> mounted = Mounts.below(real);
        if (!mounted.isEmpty()) {
            throw new IOException("remove " + top + ": still mounted: " + mounted.get(0));
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Copies files, directories, symbolic and hard links with owner, mode and time; like {@code cp -a --no-dereference}
     * without extended attributes. Devices, sockets and pipes are left out.
     */
    public static void copy(Path from, Path to) throws IOException {
        Map<Object, Path> linked = new HashMap<>();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isOther()) {
                    return FileVisitResult.CONTINUE;
                }
                Path target = to.resolve(from.relativize(file));
                boolean shared = (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
                Path first = shared ? linked.putIfAbsent(attributes.fileKey(), target) : null;
                if (first != null) {
                    Files.createLink(target, first);
                    return FileVisitResult.CONTINUE;
                }
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                own(file, target);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Path target = to.resolve(from.relativize(directory));
                own(directory, target);
                Files.setLastModifiedTime(target, Files.getLastModifiedTime(directory));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void own(Path from, Path to) throws IOException {
        Map<String, Object> found = Files.readAttributes(from, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        own(to, (int) found.get("uid"), (int) found.get("gid"), (int) found.get("mode") & TYPE_AND_MODE_MASK);
    }

    /** Sets owner and mode of the thing itself; a symbolic link has no mode of its own. Owner first: it clears setuid. */
    public static void own(Path path, int uid, int gid, int mode) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isSymbolicLink(path)) {
            Files.setAttribute(path, "unix:mode", mode & TYPE_AND_MODE_MASK);
        }
    }

    /** Sets the time of last modification of a file or directory. */
    public static void touch(Path path, FileTime time) throws IOException {
        if (!Files.isSymbolicLink(path)) {
            Files.setLastModifiedTime(path, time);
        }
    }
}
