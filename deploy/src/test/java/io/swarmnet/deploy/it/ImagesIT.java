package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks are made of: the built-in image of the host, an imported tarball, and an image that nobody has. */
@Tag("e2e")
@EndToEnd
class ImagesIT {
    private static final String NETWORK = "image-net";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestLab lab;
    private final Host manager;

    @TempDir
    private Path directory;

    ImagesIT(TestLab lab) {
        this.lab = lab;
        this.manager = lab.manager();
    }

    @BeforeAll
    void network() {
        lab.network(NETWORK, "--subnet", "10.0.60.0/24");
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(), List.of(NETWORK));
    }

    @Test
    void aTaskOfImageHostFindsNoSecretInAllItCanRead() {
        RunningTask task = lab.service("seeker", NETWORK, 3, "host", "sleep", "3600").stream()
                .filter(one -> one.host() == manager)
                .findFirst()
                .orElseThrow();
        try {
            // The same search finds the authority's key where the daemon keeps it: what is looked for is there.
            String search = "find \"$0\" -xdev -type f -size -4096k -print0 2>/dev/null"
                    + " | xargs -0 -r grep -alsE 'BEGIN (EC )?PRIVATE KEY' | head -20";
            List<String> kept = Run.of(List.of(
                            "sh",
                            "-c",
                            search,
                            lab.directory().resolve("node1/data").toString()))
                    .lines();
            assertFalse(kept.isEmpty(), "the manager keeps a key");
            List<String> found = task.exec("sh", "-c", search, "/").lines().stream()
                    // Software ships test keys and examples; none of them is a swarm's.
                    .filter(path -> !path.startsWith("/usr/") && !path.startsWith("/opt/"))
                    .toList();
            assertEquals(List.of(), found, "a task sees private keys");
            assertEquals(
                    List.of(),
                    task.exec("find", "/", "-xdev", "-name", "log_inprogress*", "-o", "-xdev", "-name", "docker.sock")
                            .lines());
            for (String path : List.of(lab.directory().toString(), "/root", "/home", "/run/swarmnet", "/etc/ssh")) {
                List<String> seen = task.exec("sh", "-c", "find " + path + " -type f 2>/dev/null; true")
                        .lines();
                assertEquals(List.of(), seen, "files below " + path);
            }
            assertEquals(
                    "",
                    task.exec("sh", "-c", "cat /etc/shadow 2>/dev/null; true").ok());
        } finally {
            manager.docker("service", "rm", "seeker").ok();
        }
    }

    @Test
    void whatATaskOfImageHostWritesStaysItsOwn() {
        RunningTask task =
                lab.service("writer", NETWORK, 1, "host", "sleep", "3600").get(0);
        try {
            task.exec("sh", "-c", "echo mine >/usr/swarmnet-it-mine && cat /usr/swarmnet-it-mine")
                    .ok();
            assertFalse(Files.exists(Path.of("/usr/swarmnet-it-mine")));
            assertEquals(task.shortId(), task.exec("hostname").ok());
        } finally {
            manager.docker("service", "rm", "writer").ok();
        }
    }

    @Test
    void animportedTarballRuns() throws IOException {
        Path root = directory.resolve("root");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("busybox"));
        Files.writeString(root.resolve("greeting"), "hello from a tarball\n");
        Path tarball = directory.resolve("small.tar");
        Run.of(List.of("tar", "-C", root.toString(), "-cf", tarball.toString(), "."))
                .ok();
        for (Host host : lab.hosts()) {
            List<String> command = new ArrayList<>(Docker.command(
                    host.socket(),
                    "import",
                    "--change",
                    "CMD [\"/bin/busybox\", \"sleep\", \"3600\"]",
                    "--change",
                    "ENV MOOD=fine",
                    "-",
                    "small:1"));
            String id = Run.of(command, Map.of(), tarball).ok();
            assertTrue(id.matches("sha256:[0-9a-f]{64}"), id);
            assertTrue(host.docker("images", "--format", "{{.Repository}}:{{.Tag}}")
                    .lines()
                    .contains("small:1"));
        }
        RunningTask task = lab.service("small", NETWORK, 1, "small:1").get(0);
        try {
            assertEquals(
                    "hello from a tarball fine",
                    task.exec("/bin/sh", "-c", "echo $(/bin/busybox cat /greeting) $MOOD")
                            .ok());
        } finally {
            manager.docker("service", "rm", "small").ok();
        }
    }

    @Test
    void anImageThatNobodyHasIsRejectedInWords() {
        manager.docker(
                        "service",
                        "create",
                        "--detach",
                        "--quiet",
                        "--no-resolve-image",
                        "--restart-condition",
                        "none",
                        "--name",
                        "ghost",
                        "--network",
                        NETWORK,
                        "nobody/has-this:9")
                .ok();
        try {
            String row = Wait.until(
                            "its task is rejected",
                            SOON,
                            () -> manager.docker(
                                            "service",
                                            "ps",
                                            "ghost",
                                            "--no-trunc",
                                            "--format",
                                            "{{.CurrentState}} {{.Error}}")
                                    .lines(),
                            rows -> rows.stream().anyMatch(line -> line.startsWith("Rejected")))
                    .get(0);
            assertTrue(row.contains("\"No such image: nobody/has-this:9\""), row);
        } finally {
            manager.docker("service", "rm", "ghost").ok();
        }
    }
}
