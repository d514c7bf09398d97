package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package, installed by dpkg into a scratch root: it starts by its unit's line and goes without a trace. */
@Tag("e2e")
@Timeout(120)
class DebIT {
    @TempDir
    private Path directory;

    private Path root;
    private Path deb;

    @BeforeEach
    void buildIt() throws IOException {
        root = directory.resolve("root");
        for (String wanted : List.of("var/lib/dpkg/info", "var/lib/dpkg/updates", "run", "etc")) {
            Files.createDirectories(root.resolve(wanted));
        }
        // dpkg removes directories with the last package that has them: another's files keep them
        for (String wanted : List.of("usr/bin", "usr/sbin", "usr/lib/systemd/system", "usr/share/doc")) {
            Files.createFile(Files.createDirectories(root.resolve(wanted)).resolve("anothers"));
        }
        Files.createFile(root.resolve("var/lib/dpkg/status"));
        String built = Run.of(List.of(
                        TestLab.home().resolve("packaging/deb.sh").toString(),
                        directory.resolve("built").toString()))
                .ok();
        deb = Path.of(built);
    }

    private Run dpkg(String... words) {
        List<String> command = new ArrayList<>(List.of(
                "dpkg",
                "--root=" + root,
                "--log=" + directory.resolve("dpkg.log"),
                "--force-script-chrootless",
                "--force-depends"));
        command.addAll(List.of(words));
        return Run.of(command);
    }

    /** Every path below the root but for dpkg's own books. */
    private List<String> files() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(path -> root.relativize(path).toString())
                    .filter(path -> !path.startsWith("var/lib/dpkg"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void installsStartsAndGoesWithoutATrace() throws IOException {
        List<String> before = files();
        dpkg("--install", deb.toString()).ok();
        assertEquals(
                "ii ",
                dpkg("--list", "swarmnet").lines().stream()
                        .reduce((a, b) -> b)
                        .orElseThrow()
                        .substring(0, 3));

        List<String> said = start();
        assertTrue(said.contains("up"), () -> String.join("\n", said));
        assertTrue(said.stream().anyMatch(line -> line.contains("is now a manager")), () -> String.join("\n", said));
        assertTrue(said.contains("Node left the swarm."), () -> String.join("\n", said));
        assertTrue(said.contains("stopped 0"), () -> String.join("\n", said));

        dpkg("--remove", "swarmnet").ok();
        List<String> kept = files().stream()
                .filter(path -> !before.contains(path) && !path.startsWith("var/lib/swarmnet"))
                .toList();
        assertEquals(List.of(), kept, "a removed package keeps its data and nothing else");
        dpkg("--purge", "swarmnet").ok();
        assertEquals(before, files(), "a purged one keeps nothing");
    }

    /** There is no systemd in a namespace: the unit's ExecStart is run by hand, with directories of the scratch root. */
    private List<String> start() throws IOException {
        String unit = Files.readString(root.resolve("usr/lib/systemd/system/swarmnet.service"));
        for (String line : List.of("KillMode=process", "Delegate=yes", "Restart=always", "RestartSec=100ms")) {
            assertTrue(unit.lines().anyMatch(line::equals), line);
        }
        String program = unit.lines()
                .filter(line -> line.startsWith("ExecStart="))
                .map(line -> line.substring("ExecStart=".length()))
                .findFirst()
                .orElseThrow();
        String script = """
                ip link set lo up
                ip address add 192.0.2.1/32 dev lo
                R=%s
                export SWARMNET_HOST=unix://$R/run/swarmnet/swarmnet.sock
                $R%s --data-root $R/var/lib/swarmnet --exec-root $R/run/swarmnet >$R/../log 2>&1 &
                tries=0
                until $R/usr/bin/swarmnet version >/dev/null; do
                    tries=$((tries + 1)); [ $tries -lt 50 ] || { cat $R/../log; exit 1; }
                done
                echo up
                $R/usr/bin/swarmnet init --advertise-addr 192.0.2.1
                $R/usr/bin/swarmnet leave --force
                $R/usr/bin/swarmnet undo
                kill -TERM $!
                wait $!
                echo stopped $?
                """.formatted(root, program);
        return Run.of(List.of(
                        "unshare",
                        "--net",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "sh",
                        "-c",
                        script))
                .out()
                .lines()
                .toList();
    }

    @Test
    void stepsAsideOnlyOutsideOfASwarm() throws IOException {
        dpkg("--install", deb.toString()).ok();
        Path identity = root.resolve("var/lib/swarmnet/swarm/certificates/swarm-node.pem");
        Files.createDirectories(identity.getParent());
        Files.createFile(identity);
        Run refused = dpkg("--remove", "swarmnet");
        assertEquals(1, refused.exit(), refused::toString);
        assertTrue(refused.err().contains("swarmnet: this node is part of a swarm"), refused::toString);
        assertTrue(Files.exists(root.resolve("usr/lib/swarmnet/bin/swarmnetd")), "all of it stays");
        Files.delete(identity);
        dpkg("--purge", "swarmnet").ok();
    }
}
