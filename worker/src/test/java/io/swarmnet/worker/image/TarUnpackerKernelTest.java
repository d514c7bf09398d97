package io.swarmnet.worker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.worker.NeedsRoot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives good and hostile. As root, for owners are part of it. */
@Tag("root")
class TarUnpackerKernelTest {
    private static final UnpackLimits SMALL = new UnpackLimits(50 << 20, 1000, 100, 1 << 20);

    @TempDir
    Path top;

    private Path root;
    private Path tarball;

    private interface Content {
        void into(Tarball tar) throws IOException;
    }

    @BeforeEach
    void victim() throws IOException {
        NeedsRoot.check();
        root = Files.createDirectory(top.resolve("root"));
        tarball = top.resolve("a.tar");
        Files.writeString(Files.createDirectory(top.resolve("outside")).resolve("victim"), "untouched");
    }

    private TarUnpacker.Unpacked unpack(Content content) throws IOException {
        try (Tarball tar = Tarball.gzip(tarball)) {
            content.into(tar);
        }
        return TarUnpacker.unpack(tarball, root, SMALL);
    }

    /** Whatever comes of it, nothing outside has changed. */
    private String refused(Content content) throws IOException {
        Map<String, String> before = outside();
        SwarmnetException refusal = assertThrows(InvalidSpecException.class, () -> unpack(content));
        assertEquals(before, outside());
        return refusal.getMessage();
    }

    private Map<String, String> outside() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(top)) {
            for (Path path : paths.filter(path -> !path.startsWith(root) && !path.startsWith(tarball))
                    .toList()) {
                boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                found.put(
                        path.toString(),
                        (file ? Files.readString(path) : "")
                                + Files.readAttributes(path, "unix:mode,uid,nlink", LinkOption.NOFOLLOW_LINKS));
            }
        }
        found.remove(top.toString());
        return found;
    }

    @Test
    void keepsOwnersModesLinksAndSkipsDevices() throws IOException {
        TarUnpacker.Unpacked unpacked = unpack(tar -> tar.directory("usr", 0750)
                .directory("usr/bin", 0755)
                .file("usr/bin/su", 04755, "x".getBytes(StandardCharsets.UTF_8))
                .symlink("bin", "usr/bin")
                .symlink("abs", "/etc/passwd")
                .hardlink("usr/bin/su2", "usr/bin/su")
                .owned("mine", 1000, 1001, 0640)
                .file("/lead/ing", "slash cut")
                .device("dev/sda"));
        assertEquals(04755, (int) Files.getAttribute(root.resolve("usr/bin/su"), "unix:mode") & 07777);
        assertEquals(0750, (int) Files.getAttribute(root.resolve("usr"), "unix:mode") & 07777);
        assertEquals(2, Files.getAttribute(root.resolve("usr/bin/su2"), "unix:nlink"));
        assertEquals(1000, Files.getAttribute(root.resolve("mine"), "unix:uid"));
        assertEquals(1001, Files.getAttribute(root.resolve("mine"), "unix:gid"));
        assertEquals(Path.of("usr/bin"), Files.readSymbolicLink(root.resolve("bin")));
        assertEquals(Path.of("/etc/passwd"), Files.readSymbolicLink(root.resolve("abs")));
        assertEquals("slash cut", Files.readString(root.resolve("lead/ing")));
        assertFalse(Files.exists(root.resolve("dev/sda")));
        assertEquals(1, unpacked.skipped());
        assertTrue(unpacked.diffId().matches("sha256:[0-9a-f]{64}"));
    }

    @Test
    void theSameArchiveHasTheSameDiffIdPacked() throws IOException {
        String packed = unpack(tar -> tar.file("a", "b")).diffId();
        try (Tarball tar = Tarball.plain(tarball)) {
            tar.file("a", "b");
        }
        Path again = Files.createDirectory(top.resolve("again"));
        assertEquals(packed, TarUnpacker.unpack(tarball, again, SMALL).diffId());
    }

    @Test
    void refusesToLeaveByDots() throws IOException {
        assertTrue(refused(tar -> tar.file("../outside/victim", "broken")).contains("leads out of it"));
        assertTrue(refused(tar -> tar.file("a/../../outside/new", "broken")).contains("leads out of it"));
        assertTrue(refused(tar -> tar.directory("..", 0777)).contains("leads out of it"));
        assertTrue(refused(tar -> tar.symlink("a/../../outside/s", "x")).contains("leads out of it"));
    }

    @Test
    void refusesToWriteThroughASymbolicLink() throws IOException {
        assertTrue(refused(tar ->
                        tar.symlink("d", top.resolve("outside").toString()).file("d/victim", "broken"))
                .contains("which is no directory"));
        assertTrue(refused(tar -> tar.symlink("e", "../outside").file("e/new", "broken"))
                .contains("which is no directory"));
        assertTrue(refused(tar -> tar.symlink("f", "g").symlink("g", "..").file("f/outside/victim", "broken"))
                .contains("which is no directory"));
        assertTrue(refused(tar -> tar.symlink("h", "../outside").directory("h/new", 0777))
                .contains("which is no directory"));
    }

    @Test
    void replacesALinkInsteadOfWritingToItsTarget() throws IOException {
        Map<String, String> before = outside();
        unpack(tar -> tar.symlink("l", top.resolve("outside/victim").toString())
                .file("l", "mine")
                .symlink("m", top.resolve("outside").toString())
                .directory("m", 0700)
                .file("m/victim", "mine")
                .symlink("n", top.resolve("outside/victim").toString())
                .owned("n", 7, 7, 0777));
        assertEquals(before, outside());
        assertEquals("mine", Files.readString(root.resolve("l")));
        assertEquals("mine", Files.readString(root.resolve("m/victim")));
    }

    @Test
    void refusesHardLinksOutOfTheArchive() throws IOException {
        assertTrue(refused(tar -> tar.hardlink("a", "../outside/victim")).contains("leads out of it"));
        assertTrue(
                refused(tar -> tar.hardlink("b", top.resolve("outside/victim").toString()))
                        .contains("no file of the archive"));
        assertTrue(refused(tar ->
                        tar.symlink("c", top.resolve("outside").toString()).hardlink("d", "c/victim"))
                .contains("no file of the archive"));
        assertTrue(refused(tar -> tar.hardlink("e", "never")).contains("no file of the archive"));
        // A hard link to a link is the link again: writing to it replaces it.
        Map<String, String> before = outside();
        Path other = Files.createDirectory(top.resolve("root/x"));
        unpack(tar -> tar.symlink("f", top.resolve("outside/victim").toString())
                .hardlink("g", "f")
                .file("g", "mine"));
        assertEquals(before, outside());
        assertTrue(Files.isDirectory(other));
    }

    @Test
    void refusesBombs() throws IOException {
        assertTrue(refused(tar -> tar.zeros("zero", 40 << 20)).contains("bytes allowed"));
        assertTrue(refused(tar -> {
                    for (int i = 0; i < 1001; i++) {
                        tar.file("f" + i, "");
                    }
                })
                .contains("more than 1000 entries"));
        assertTrue(refused(tar -> tar.file("a/" + "n".repeat(300), "x")).contains("too long"));
        // A name of two megabytes, held in memory by whoever reads it.
        assertTrue(refused(tar -> tar.longName(2 << 20).file("x", "x")).contains("a header of more than 1 MiB"));
    }

    @Test
    void refusesGarbageWithoutAnyOtherException() throws IOException {
        Random random = new Random(7);
        Map<String, String> before = outside();
        byte[] good;
        try (Tarball tar = Tarball.plain(tarball)) {
            tar.directory("d", 0755).file("d/f", "content").symlink("s", "d").hardlink("h", "d/f");
        }
        good = Files.readAllBytes(tarball);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                bytes[random.nextInt(3000)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            try (OutputStream out = round % 2 == 0
                    ? Files.newOutputStream(tarball)
                    : new GZIPOutputStream(Files.newOutputStream(tarball))) {
                out.write(round % 3 == 0 ? cut : bytes);
            }
            Path into = Files.createDirectory(root.resolve("r" + round));
            try {
                TarUnpacker.unpack(tarball, into, SMALL);
            } catch (SwarmnetException refusal) {
                assertTrue(refusal.httpStatus() == 400 || refusal.httpStatus() == 501, refusal.getMessage());
            }
        }
        assertEquals(before, outside());
        Files.write(tarball, new byte[0]);
        assertThrows(InvalidSpecException.class, () -> TarUnpacker.unpack(tarball, root, SMALL));
        assertEquals(List.of(), List.copyOf(Files.readAllLines(tarball)));
    }
}
