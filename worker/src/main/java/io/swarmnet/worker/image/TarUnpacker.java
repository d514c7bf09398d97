package io.swarmnet.worker.image;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.worker.disk.FileTree;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks one tar archive, plain or gzip, into an empty directory that nobody else writes to. Nothing outside is touched
 * whatever the archive says: no {@code ..}, no way through a symbolic link, hard links to files of the archive only.
 * Leading slashes are cut, as tar does. Devices, pipes and sockets are left out: a container's /dev is its own. Extended
 * attributes are not kept. Times of files are.
 */
public final class TarUnpacker {
    private static final int HEADER_BYTES_MAX = 1 << 20;
    private static final int PATH_LENGTH_MAX = 4095;
    private static final int NAME_BYTES_MAX = 255;
    private static final int COPY_BYTES = 64 << 10;
    private static final int NEW_DIRECTORY_MODE = 0755;

    /**
     * @param diffId {@code sha256:<64 hex>} of the uncompressed archive, Docker's name for a layer
     * @param bytes of all files
     * @param skipped devices, pipes and sockets left out
     */
    public record Unpacked(String diffId, long bytes, int entries, int skipped) {}

    private final Path root;
    private final UnpackLimits limits;
    private final byte[] buffer = new byte[COPY_BYTES];
    private long writtenMax;
    private long written;
    private int entries;
    private int skipped;

    private TarUnpacker(Path root, UnpackLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** @throws InvalidSpecException naming the entry that is refused; the directory is then to be thrown away */
    public static Unpacked unpack(Path tarball, Path root, UnpackLimits limits) throws IOException {
        return new TarUnpacker(root, limits).unpack(tarball);
    }

    private Unpacked unpack(Path tarball) throws IOException {
        MessageDigest digest = sha256();
        writtenMax = limits.bytesMax(Files.size(tarball));
        try (InputStream file = Files.newInputStream(tarball);
                InputStream plain = decompressed(new BufferedInputStream(file, COPY_BYTES));
                BoundedInput bounded = new BoundedInput(plain, digest, writtenMax + HEADER_BYTES_MAX);
                TarArchiveInputStream tar = new TarArchiveInputStream(bounded, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = next(tar, bounded); entry != null; entry = next(tar, bounded)) {
                if (++entries > limits.entriesMax()) {
                    throw new InvalidSpecException(
                            "the archive is refused: more than " + limits.entriesMax() + " entries");
                }
                put(entry, tar);
                drain(tar);
            }
            drain(bounded);
        } catch (SwarmnetException e) {
            throw e;
        } catch (InvalidPathException e) {
            throw new InvalidSpecException("the archive is refused: the file name " + quoted(e.getInput())
                    + " cannot be written here (is the daemon's locale UTF-8?)");
        } catch (IOException | RuntimeException e) {
            if (e instanceof java.nio.file.FileSystemException) {
                throw e;
            }
            throw new InvalidSpecException("the archive cannot be read: " + e.getMessage());
        }
        if (entries == 0) {
            throw new InvalidSpecException("the archive is refused: there is nothing in it");
        }
        return new Unpacked("sha256:" + HexFormat.of().formatHex(digest.digest()), written, entries, skipped);
    }

    private static InputStream decompressed(BufferedInputStream in) throws IOException {
        in.mark(8);
        byte[] magic = in.readNBytes(6);
        in.reset();
        String hex = HexFormat.of().formatHex(magic);
        if (hex.startsWith("1f8b")) {
            return new GZIPInputStream(in, COPY_BYTES);
        }
        if (hex.startsWith("fd377a585a00") || hex.startsWith("425a68") || hex.startsWith("28b52ffd")) {
            throw new NotSupportedException(
                    "archives compressed by xz, bzip2 or zstd cannot be read yet: use gzip or none");
        }
        return in;
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar, BoundedInput bounded) throws IOException {
        bounded.headers(HEADER_BYTES_MAX);
        TarArchiveEntry entry = tar.getNextEntry();
        bounded.content();
        return entry;
    }

    private void put(TarArchiveEntry entry, TarArchiveInputStream content) throws IOException {
        String[] names = names(entry.getName());
        if (names.length == 0) {
            if (entry.isDirectory()) {
                FileTree.own(root, owner(entry.getLongUserId()), owner(entry.getLongGroupId()), entry.getMode());
            }
            return;
        }
        Path path = parent(names, entry.getName()).resolve(names[names.length - 1]);
        if (entry.isDirectory()) {
            clear(path, true);
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(path);
            }
        } else if (entry.isSymbolicLink()) {
            clear(path, false);
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Path target = linkTarget(entry);
            if (!target.equals(path)) {
                clear(path, false);
                Files.createLink(path, target);
            }
            return; // owner and mode are the target's
        } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            skipped++;
            return;
        } else if (entry.isFile()) {
            clear(path, false);
            write(path, content);
        } else {
            skipped++;
            return;
        }
        FileTree.own(path, owner(entry.getLongUserId()), owner(entry.getLongGroupId()), entry.getMode());
        if (entry.isFile()) {
            FileTree.touch(path, entry.getLastModifiedTime());
        }
    }

    private static String[] names(String path) {
        if (path.length() > PATH_LENGTH_MAX) {
            throw new InvalidSpecException("the archive is refused: the path " + quoted(path) + " is too long");
        }
        String[] names = java.util.Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toArray(String[]::new);
        for (String name : names) {
            if (name.equals("..")) {
                throw new InvalidSpecException("the archive is refused: " + quoted(path) + " leads out of it");
            }
            if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
                throw new InvalidSpecException("the archive is refused: the name " + quoted(name) + " is too long");
            }
        }
        return names;
    }

    /** The directory of an entry, made where it is missing, reached without any link. */
    private Path parent(String[] names, String shown) throws IOException {
        Path here = root;
        for (int i = 0; i < names.length - 1; i++) {
            here = here.resolve(names[i]);
            if (!Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(here);
                FileTree.own(here, 0, 0, NEW_DIRECTORY_MODE);
            } else if (!Files.isDirectory(here, LinkOption.NOFOLLOW_LINKS)) {
                throw new InvalidSpecException("the archive is refused: " + quoted(shown) + " goes through "
                        + root.relativize(here) + ", which is no directory");
            }
        }
        return here;
    }

    private Path linkTarget(TarArchiveEntry entry) throws IOException {
        String[] names = names(entry.getLinkName());
        Path target = root;
        for (int i = 0; i < names.length; i++) {
            target = target.resolve(names[i]);
            boolean fits = i < names.length - 1
                    ? Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
                    : Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                            || Files.isSymbolicLink(target); // linked itself, not followed, by link(2)
            if (!fits) {
                target = root;
                break;
            }
        }
        if (target.equals(root)) {
            throw new InvalidSpecException("the archive is refused: the hard link " + quoted(entry.getName())
                    + " leads to " + quoted(entry.getLinkName()) + ", which is no file of the archive");
        }
        return target;
    }

    /** Takes away what an earlier entry of the same name left. */
    private static void clear(Path path, boolean keepDirectory) throws IOException {
        if (keepDirectory && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        FileTree.delete(path);
    }

    private void write(Path path, InputStream content) throws IOException {
        try (OutputStream out = Files.newOutputStream(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                written += count;
                if (written > writtenMax) {
                    // Sparse files: holes count, for a reader would find them.
                    throw new InvalidSpecException(
                            "the archive is refused: it unpacks to more than the " + writtenMax + " bytes allowed");
                }
                out.write(buffer, 0, count);
            }
        }
    }

    private void drain(InputStream rest) throws IOException {
        while (rest.read(buffer, 0, buffer.length) >= 0) {
            // Only to be digested and counted.
        }
    }

    private static int owner(long id) {
        if (id < 0 || id > 0xfffffffeL) {
            throw new InvalidSpecException("the archive is refused: the owner " + id + " is out of range");
        }
        return (int) id;
    }

    private static String quoted(String text) {
        return '"' + (text.length() > 200 ? text.substring(0, 200) + "..." : text) + '"';
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
