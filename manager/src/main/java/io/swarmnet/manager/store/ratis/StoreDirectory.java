package io.swarmnet.manager.store.ratis;

import io.swarmnet.model.error.UnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The store's directory: locked while open, asked for free space before each commit. Blocks on the disk. */
final class StoreDirectory implements AutoCloseable {
    private static final long START_BYTES_MIN = 16L << 20;

    private final Path path;
    private final long freeBytesMin;
    private final FileStore fileSystem;
    private final FileChannel lock;

    private StoreDirectory(Path path, long freeBytesMin, FileStore fileSystem, FileChannel lock) {
        this.path = path;
        this.freeBytesMin = freeBytesMin;
        this.fileSystem = fileSystem;
        this.lock = lock;
    }

    /** Where Ratis keeps its groups. */
    static Path raft(Path directory) {
        return directory.resolve("raft");
    }

    static StoreDirectory lock(Path path, long freeBytesMin) throws IOException {
        Files.createDirectories(
                raft(path), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel channel =
                FileChannel.open(path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held == null) {
                throw new UnavailableException("store " + path + " is in use by another process");
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new UnavailableException("store " + path + " is already open in this process");
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new StoreDirectory(path, freeBytesMin, Files.getFileStore(path), channel);
    }

    /** True when the group has a store here. Refuses when another group has. */
    boolean holds(UUID group) throws IOException {
        List<String> found;
        try (Stream<Path> directories = Files.list(raft(path))) {
            found = directories.map(each -> each.getFileName().toString()).toList();
        }
        for (String each : found) {
            if (!each.equals(group.toString())) {
                throw new UnavailableException("store " + path + " holds the state of another swarm (" + each + ")");
            }
        }
        return !found.isEmpty();
    }

    /** Syncs the directories of a group just made: Ratis syncs what is in its files, not that they are there. */
    void syncNew(UUID group) throws IOException {
        Path made = raft(path).resolve(group.toString());
        DurableFile.syncDirectory(made.resolve("current"));
        for (Path each : List.of(made, raft(path), path, path.toAbsolutePath().getParent())) {
            DurableFile.syncDirectory(each);
        }
    }

    /** @throws UnavailableException naming the path, when there is less room than the store needs to be safe */
    void checkRoom() {
        checkRoom(freeBytesMin, "writes are refused until there is room");
    }

    private void checkRoom(long bytesMin, String consequence) {
        long free;
        try {
            free = fileSystem.getUsableSpace();
        } catch (IOException e) {
            throw new UnavailableException("store " + path + ": " + e.getMessage());
        }
        if (free < bytesMin) {
            throw new UnavailableException("store " + path + ": " + (free >> 20) + " MiB free, " + (bytesMin >> 20)
                    + " MiB are needed; " + consequence + " (df -h " + path + ")");
        }
    }

    /**
     * Asked before Ratis starts. Its election writes the file {@code raft-meta} anew, and on a full disk leaves it empty
     * (seen with 3.3.0): the whole state could not be read again.
     *
     * @throws UnavailableException naming the path, when not even that has room
     */
    void checkRoomToStart() {
        checkRoom(Math.min(freeBytesMin, START_BYTES_MIN), "the store is opened when there is room");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
