package io.swarmnet.worker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.worker.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class ImageStoreKernelTest {
    @TempDir
    Path top;

    private ImageStore images;

    @BeforeEach
    void open() throws IOException {
        NeedsRoot.check();
        images = ImageStore.open(top, HostImage.OFF, UnpackLimits.DEFAULT, Runnable::run);
    }

    private Images.Image importOne(String reference, String content) throws IOException {
        Path tarball = top.resolve("t.tar");
        try (Tarball tar = Tarball.plain(tarball)) {
            tar.file("f", content);
        }
        return images.importTarball(tarball, reference, List.of("CMD echo hi", "ENV A=1"), "m")
                .result();
    }

    @Test
    void findsByTagIdAndPrefixAlsoAfterReopening() throws IOException {
        Images.Image image = importOne("docker.io/library/app:1", "x");
        assertEquals(List.of("app:1"), image.tags());
        assertEquals(List.of("/bin/sh", "-c", "echo hi"), image.command());
        assertEquals(1, image.sizeBytes());
        images = ImageStore.open(top, HostImage.OFF, UnpackLimits.DEFAULT, Runnable::run);
        for (String reference : List.of(
                "app:1",
                "library/app:1",
                "docker.io/app:1",
                image.id(),
                image.id().substring(7, 19))) {
            assertEquals(image, images.find(reference), reference);
        }
        assertEquals(List.of(image), images.list());
        NotFoundException missing = assertThrows(NotFoundException.class, () -> images.find("app"));
        assertEquals("No such image: app:latest", missing.getMessage());
        assertTrue(Files.exists(images.rootfs(image.id()).resolve("f")));
    }

    @Test
    void removesFilesWithTheLastTagAndNotWhileInUse() throws IOException {
        Images.Image image = importOne("app", "x");
        images.tag("app", "app:two").result();
        String shortId = image.id().substring(7, 19);
        assertTrue(images.remove(shortId, false).cause() instanceof NameConflictException);
        assertEquals(
                List.of("Untagged: app:two"), images.remove("app:two", false).result());
        images.usedBy(id -> Optional.of("0123456789ab"));
        String refusal = images.remove("app", true).cause().getMessage();
        assertTrue(refusal.contains("container 0123456789ab is using its referenced image " + shortId), refusal);
        images.usedBy(id -> Optional.empty());
        assertEquals(
                List.of("Untagged: app:latest", "Deleted: " + image.id()),
                images.remove("app", false).result());
        try (Stream<Path> left = Files.list(top.resolve("images"))) {
            assertEquals(List.of(top.resolve("images/tags.json")), left.toList());
        }
    }

    @Test
    void failedImportLeavesNothing() throws IOException {
        Path tarball = top.resolve("t.tar");
        try (Tarball tar = Tarball.plain(tarball)) {
            tar.file("good", "x").file("../bad", "x");
        }
        assertTrue(images.importTarball(tarball, "app", List.of(), "").cause() instanceof InvalidSpecException);
        assertTrue(images.importTarball(tarball, "App", List.of(), "").cause() instanceof InvalidSpecException);
        assertTrue(images.importTarball(tarball, "host", List.of(), "").cause() instanceof ForbiddenException);
        try (Stream<Path> left = Files.list(top.resolve("images"))) {
            assertEquals(List.of(), left.toList());
        }
        assertFalse(Files.exists(top.resolve("bad")));
    }

    @Test
    void opensAfterAnImportThatWasCutShort() throws IOException {
        Files.createDirectories(top.resolve("images/.tmp-x/rootfs/a"));
        images = ImageStore.open(top, HostImage.OFF, UnpackLimits.DEFAULT, Runnable::run);
        assertFalse(Files.exists(top.resolve("images/.tmp-x")));
    }
}
