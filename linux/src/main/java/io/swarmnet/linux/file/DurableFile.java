package io.swarmnet.linux.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Whole files replaced at once: written beside, synced, renamed, and the directory synced. A reader sees old or new. */
public final class DurableFile {
    private static final String OWNER_ONLY = "rw-------";

    private DurableFile() {}

    /** Replaces the file's bytes; mode 0600. Missing directories are made. A failure names the file, and what helps. */
    public static void write(Path file, byte[] bytes) throws IOException {
        try {
            replace(file, bytes);
        } catch (IOException e) {
            String why = e instanceof FileSystemException named && named.getReason() != null
                    ? named.getReason()
                    : String.valueOf(e.getMessage());
            boolean full = why.contains("No space left") || why.contains("quota exceeded");
            throw new IOException(
                    "write " + file + ": " + why + (full ? "; make room there: df -h " + file.getParent() : ""), e);
        }
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Files.createFile(beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(file.getParent());
    }

    /** The bytes, or nothing when there is no such file. */
    public static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Removes the file for good; does nothing when it is gone. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            syncDirectory(file.getParent());
        }
    }

    /** Makes creations, renames and removals in the directory durable. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
