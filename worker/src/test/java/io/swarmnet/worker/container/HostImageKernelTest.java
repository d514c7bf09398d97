package io.swarmnet.worker.container;

import static io.swarmnet.worker.container.Bench.await;
import static io.swarmnet.worker.container.Bench.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.model.error.ForbiddenException;
import io.swarmnet.worker.image.HostImage;
import io.swarmnet.worker.image.ImageStore;
import io.swarmnet.worker.image.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
@Timeout(60)
class HostImageKernelTest {
    @Test
    void taskFindsNoSecretInAllItCanRead() throws IOException {
        try (Bench bench = new Bench(true)) {
            String secret = UUID.randomUUID().toString();
            Files.writeString(bench.dataRoot.resolve("ca.key"), secret);
            Files.writeString(bench.execRoot.resolve("ca.key"), secret);
            Files.writeString(bench.top.resolve("open"), secret);
            // Handed over in pieces, or the searching shell would find it in its own command line.
            String pieces = secret.substring(0, 18) + " " + secret.substring(18);
            String seen = bench.output(
                    bench.images.find("host"),
                    spec(
                            "/bin/sh",
                            "-c",
                            "ls -A " + bench.dataRoot + " " + bench.execRoot + " /root /home /boot /run /tmp;"
                                    + " cat /etc/shadow; set -- $(printf %s%s " + pieces + ");"
                                    + " find / ( -path /proc -o -path /sys -o -path /dev ) -prune -o -type f -mmin -60"
                                            .replace("(", "\\(")
                                            .replace(")", "\\)")
                                    + " -size -64k -exec grep -lF -e $1 {} + 2>/dev/null; mkdir /new && echo wrote"));
            assertEquals(
                    List.of(bench.top.resolve("open").toString(), "wrote"),
                    seen.lines()
                            .filter(line -> !line.isBlank() && !line.endsWith(":"))
                            .toList());
            assertFalse(Files.exists(Path.of("/new")));
            bench.store.list().forEach(container -> await(bench.store.remove(container.id())));
            assertEquals(List.of(), bench.leftInKernel());
        }
    }

    @Test
    void isRefusedWithASentenceWhereItIsOff(@TempDir Path directory) throws IOException {
        ImageStore images = ImageStore.open(directory, HostImage.OFF, UnpackLimits.DEFAULT, Runnable::run);
        ForbiddenException refused = assertThrows(ForbiddenException.class, () -> images.find("host"));
        assertTrue(refused.getMessage().contains("\"host-image\": true"), refused.getMessage());
        assertThrows(ForbiddenException.class, () -> images.rootfs(HostImage.ID));
        assertEquals(List.of(), images.list());
    }
}
