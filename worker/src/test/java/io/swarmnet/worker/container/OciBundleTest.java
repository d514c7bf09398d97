package io.swarmnet.worker.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.worker.disk.JsonFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The golden file is what runc 1.1.5 takes in ContainerStoreKernelTest; a change of it is a change of every container. */
class OciBundleTest {
    @Test
    void writesTheGoldenConfiguration() throws IOException {
        OciBundle bundle = new OciBundle(
                Path.of("/d/rootfs"),
                true,
                new ProcessArgs(List.of("sh", "-c", "x"), List.of("PATH=/bin", "A=b"), "/srv", "app"),
                new UserIds(1000, 1001, List.of(10, 1001)),
                "box",
                Path.of("/run/n"),
                Path.of("/f/hosts"),
                Path.of("/f/hostname"),
                Path.of("/f/resolv.conf"),
                "/swarmnet-0123abcd/c1",
                List.of("/etc/shadow"),
                List.of("/root", "/tmp"));
        try (InputStream golden = OciBundleTest.class.getResourceAsStream("config.golden.json")) {
            JsonNode expected = JsonFile.JSON.readTree(golden);
            assertEquals(
                    expected.toPrettyString(),
                    JsonFile.JSON.readTree(bundle.json().toString()).toPrettyString());
        }
    }

    @Test
    void rootHasDockersCapabilitiesAndOthersOnlyTheBound() {
        ProcessArgs process = new ProcessArgs(List.of("x"), List.of(), "/", "");
        JsonNode root = OciBundle.process(process, new UserIds(0, 0, List.of())).path("capabilities");
        assertEquals(14, root.path("effective").size());
        assertEquals(14, root.path("bounding").size());
        JsonNode other =
                OciBundle.process(process, new UserIds(1, 1, List.of())).path("capabilities");
        assertEquals(0, other.path("effective").size());
        assertEquals(14, other.path("bounding").size());
    }
}
