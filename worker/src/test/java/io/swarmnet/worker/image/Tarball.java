package io.swarmnet.worker.image;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Archives for tests, good and hostile, written entry by entry. */
public final class Tarball implements AutoCloseable {
    private final TarArchiveOutputStream tar;

    private Tarball(OutputStream out) {
        tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    public static Tarball plain(Path file) throws IOException {
        return new Tarball(Files.newOutputStream(file));
    }

    public static Tarball gzip(Path file) throws IOException {
        return new Tarball(new GZIPOutputStream(Files.newOutputStream(file)));
    }

    public Tarball directory(String name, int mode) {
        return put(entry(name + "/", TarConstants.LF_DIR, mode), new byte[0]);
    }

    public Tarball file(String name, int mode, byte[] content) {
        return put(entry(name, TarConstants.LF_NORMAL, mode), content);
    }

    public Tarball file(String name, String content) {
        return file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    public Tarball owned(String name, int uid, int gid, int mode) {
        TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL, mode);
        entry.setIds(uid, gid);
        return put(entry, new byte[0]);
    }

    public Tarball symlink(String name, String target) {
        TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK, 0777);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    public Tarball hardlink(String name, String target) {
        TarArchiveEntry entry = entry(name, TarConstants.LF_LINK, 0644);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    public Tarball device(String name) {
        TarArchiveEntry entry = entry(name, TarConstants.LF_BLK, 0666);
        entry.setDevMajor(8);
        return put(entry, new byte[0]);
    }

    /** A long-name record of GNU tar that claims, and has, as many bytes. */
    public Tarball longName(int bytes) {
        return put(entry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME, 0), new byte[bytes]);
    }

    /** A file of zeros, which gzip makes a thousandth of. */
    public Tarball zeros(String name, long bytes) {
        TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL, 0644);
        entry.setSize(bytes);
        try {
            tar.putArchiveEntry(entry);
            byte[] block = new byte[1 << 20];
            for (long left = bytes; left > 0; left -= block.length) {
                tar.write(block, 0, (int) Math.min(left, block.length));
            }
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** /bin/busybox of the machine with links for the commands, root and a user, and the usual directories. */
    public static void busybox(Path file) throws IOException {
        try (Tarball tar = gzip(file)) {
            for (String name : new String[] {"bin", "etc", "proc", "sys", "dev", "home", "root", "tmp"}) {
                tar.directory(name, name.equals("tmp") ? 01777 : 0755);
            }
            tar.file("bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")));
            for (String name :
                    "sh ls cat echo sleep id env head find grep hostname kill true seq dd touch mount ps readlink wc"
                            .split(" ")) {
                tar.symlink("bin/" + name, "busybox");
            }
            tar.file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n");
            tar.file("etc/group", "root:x:0:root\nwheel:x:10:app\napp:x:1000:\n");
            tar.file("etc/noexec", "not a program");
        }
    }

    private static TarArchiveEntry entry(String name, byte type, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setModTime(1_700_000_000_000L);
        return entry;
    }

    private Tarball put(TarArchiveEntry entry, byte[] content) {
        try {
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
