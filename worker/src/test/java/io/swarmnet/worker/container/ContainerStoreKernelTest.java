package io.swarmnet.worker.container;

import static io.swarmnet.worker.container.Bench.await;
import static io.swarmnet.worker.container.Bench.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.process.Pipe;
import io.swarmnet.linux.process.Poll;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.worker.image.Images;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(60)
class ContainerStoreKernelTest {
    private static Bench bench;
    private static Images.Image busybox;

    @BeforeAll
    static void open() throws IOException {
        bench = new Bench(false);
        busybox = bench.busybox();
    }

    @AfterAll
    static void close() throws IOException {
        if (bench != null) {
            bench.close();
        }
    }

    @AfterEach
    void leavesNothing() throws IOException {
        for (Container container : bench.store.list()) {
            await(bench.store.remove(container.id()));
        }
        assertEquals(List.of(), bench.leftInKernel());
        for (String directory :
                List.of("data/containers", "run/containers", "run/exits", "run/runc", "run/execs", "run/s")) {
            try (Stream<Path> children = Files.list(bench.top.resolve(directory))) {
                assertEquals(List.of(), children.toList(), directory);
            }
        }
    }

    @Test
    void runsACommandAndTellsOutputAndExitCode() {
        List<Container.State> told = new CopyOnWriteArrayList<>();
        bench.store.watch(container -> told.add(container.state()));
        Container container = bench.run(busybox, spec("sh", "-c", "echo out; printf part; echo err >&2; exit 7"));
        Container ended = await(bench.store.ended(container.id()));
        assertEquals(Container.State.EXITED, ended.state());
        assertEquals(7, ended.exitCode());
        assertEquals(0, ended.pid());
        assertFalse(ended.finishedAt().isBefore(ended.createdAt()));
        NodeAnswer.Output output = await(bench.store.readLogs(container.name(), 0, -1, 0, 1 << 20));
        assertTrue(output.ended());
        assertEquals(7, output.exitCode());
        assertEquals("out\npart", text(output, 1));
        assertEquals("err\n", text(output, 2));
        assertTrue(told.containsAll(List.of(Container.State.CREATED, Container.State.RUNNING, Container.State.EXITED)));
    }

    @Test
    void aLogHasABoundAndItsReaderGoesOnBeyondIt() throws IOException {
        long more = Conmon.LOG_BYTES_MAX + (8 << 20);
        Container container = bench.run(
                busybox, spec("sh", "-c", "echo begin; head -c " + more + " /dev/zero | tr '\\0' x; echo; echo end"));
        NodeAnswer.Output output = await(bench.store.readLogs(container.name(), 0, -1, 1_000, 1 << 20));
        String last = text(output, 1);
        while (!output.ended()) {
            output = await(bench.store.readLogs(container.name(), output.cursor(), -1, 1_000, 1 << 20));
            last = output.pieces().isEmpty() ? last : text(output, 1);
            assertTrue(Files.size(Path.of(container.logPath())) <= Conmon.LOG_BYTES_MAX);
        }
        assertTrue(last.endsWith("end\n"), last.length() + " characters");
    }

    @Test
    void looksLikeDockersContainerFromInside() {
        String seen = bench.output(
                busybox,
                spec(
                        "sh",
                        "-c",
                        "env; hostname; id; cat /etc/hosts /etc/resolv.conf /etc/hostname; ls /proc/self/fd;"
                                + " readlink /proc/self/ns/net; grep Cap /proc/self/status; touch /proc/sys/x; ls -d /tmp"));
        assertTrue(seen.contains("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"), seen);
        assertTrue(seen.contains("HOSTNAME=box\n") && seen.contains("HOME=/root\n") && seen.contains("A=b\n"), seen);
        assertTrue(seen.contains("\nbox\n"), seen);
        assertTrue(seen.contains("uid=0(root) gid=0(root)"), seen);
        assertTrue(seen.contains("# hosts of the test\n# resolv.conf of the test\n# hostname of the test\n"), seen);
        assertTrue(seen.contains("net:[" + bench.netns.inode() + "]"), seen);
        assertTrue(seen.contains("CapEff:\t00000000a80425fb"), seen);
        assertTrue(seen.contains("touch: /proc/sys/x: "), seen);
    }

    @Test
    void runsAsAnotherUserInAnotherDirectoryReadOnly() {
        ContainerSpec plain = spec("sh", "-c", "id; /bin/busybox pwd; touch x; grep Cap /proc/self/status");
        ContainerSpec asApp = new ContainerSpec(
                plain.image(),
                plain.labels(),
                plain.command(),
                plain.args(),
                null,
                List.of(),
                "/srv/new",
                "app",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                1000,
                false,
                false,
                true);
        String seen = bench.output(busybox, asApp);
        assertTrue(seen.contains("uid=1000(app) gid=1000(app) groups=10(wheel),1000(app)"), seen);
        assertTrue(seen.contains("/srv/new\n"), seen);
        assertTrue(seen.contains("Read-only file system"), seen);
        assertTrue(seen.contains("CapEff:\t0000000000000000"), seen);
    }

    @Test
    void tellsInDockersWordsWhatCannotBeStarted() throws IOException {
        Container missing = bench.create(busybox, spec("nope"));
        StartFailure failure =
                assertThrows(StartFailure.class, () -> await(bench.store.start(missing.id(), List.of())));
        assertEquals(
                "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create"
                        + " failed: unable to start container process: exec: \"nope\": executable file not found in $PATH:"
                        + " unknown",
                failure.getMessage());
        assertEquals(127, failure.exitCode());
        Container after = bench.store.find(missing.id().value());
        assertEquals(Container.State.CREATED, after.state());
        assertEquals(127, after.exitCode());
        assertEquals(failure.getMessage(), after.error());
        StartFailure denied = assertThrows(StartFailure.class, () -> bench.run(busybox, spec("/etc/noexec")));
        assertEquals(126, denied.exitCode(), denied.getMessage());
        assertEquals(
                List.of(),
                bench.leftInKernel().stream()
                        .filter(line -> !line.startsWith("cgroup"))
                        .toList());
        assertThrows(NotSupportedException.class, () -> {
            ContainerSpec plain = spec("sh");
            bench.create(
                    busybox,
                    new ContainerSpec(
                            plain.image(),
                            plain.labels(),
                            plain.command(),
                            plain.args(),
                            null,
                            List.of(),
                            null,
                            null,
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            null,
                            1000,
                            false,
                            true,
                            false));
        });
    }

    @Test
    void stopsByTheSignalAndKillsAfterTheGrace() {
        Container polite =
                bench.run(busybox, spec("sh", "-c", "trap 'echo bye; exit 3' TERM; while :; do sleep 0.05; done"));
        awaitRunningTrap(polite);
        Container stopped = await(bench.store.stop(polite.id(), null, 10_000));
        assertEquals(3, stopped.exitCode());
        Container deaf = bench.run(busybox, spec("sh", "-c", "echo up; exec sleep 1000"));
        // Before its own program is there, runc's init takes the signal, and dies of it with 2.
        assertEquals("up\n", text(await(bench.store.readLogs(deaf.name(), 0, -1, 10_000, 100)), 1));
        long before = System.nanoTime();
        Container killed = await(bench.store.stop(deaf.id(), "SIGTERM", 300));
        assertEquals(137, killed.exitCode());
        assertTrue((System.nanoTime() - before) / 1_000_000 >= 300);
        assertEquals(137, await(bench.store.stop(deaf.id(), null, 10_000)).exitCode());
        NameConflictException refused =
                assertThrows(NameConflictException.class, () -> await(bench.store.kill(deaf.id(), "SIGKILL")));
        assertEquals("container " + deaf.id() + " is not running", refused.getMessage());
        await(bench.store.start(deaf.id(), List.of()));
        assertEquals(Container.State.RUNNING, bench.store.find(deaf.name()).state());
    }

    private void awaitRunningTrap(Container polite) {
        Containers.Exec exec = await(bench.store.exec(
                polite.name(),
                new Containers.ExecSpec(
                        List.of("sh", "-c", "until grep -q 'SigCgt:.*4...$' /proc/1/status; do sleep 0.01; done"),
                        List.of(),
                        null,
                        null,
                        false)));
        drain(exec, new StringBuilder(), new StringBuilder());
    }

    @Test
    void followsALogAsItGrows() {
        Container container =
                bench.run(busybox, spec("sh", "-c", "echo one; echo two; sleep 0.4; echo three; sleep 0.2"));
        StringBuilder seen = new StringBuilder();
        NodeAnswer.Output output;
        long cursor = 0;
        int asked = 0;
        do {
            output = await(bench.store.readLogs(container.id().value(), cursor, -1, 5_000, 100));
            output.pieces().forEach(piece -> seen.append(new String(piece.bytes(), StandardCharsets.UTF_8)));
            cursor = output.cursor();
            asked++;
        } while (!output.ended());
        assertEquals("one\ntwo\nthree\n", seen.toString());
        assertTrue(asked < 20, "asked " + asked + " times");
        assertEquals("three\n", text(await(bench.store.readLogs(container.id().value(), 0, 1, 0, 100)), 1));
        assertEquals(
                "two\nthree\n", text(await(bench.store.readLogs(container.id().value(), 0, 2, 0, 100)), 1));
        assertEquals("", text(await(bench.store.readLogs(container.id().value(), 0, 0, 0, 100)), 1));
    }

    @Test
    void execsWithInputOutputAndExitCode() {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        Containers.Exec exec = await(bench.store.exec(
                container.id().value().substring(0, 10),
                new Containers.ExecSpec(
                        List.of("sh", "-c", "cat; echo $X $A; id -u; echo err >&2; exit 5"),
                        List.of("X=y"),
                        "/tmp",
                        "app",
                        true)));
        assertTrue(exec.pid() > 0);
        await(exec.write("fed".getBytes(StandardCharsets.UTF_8)));
        await(exec.write(new byte[0]));
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        assertEquals(5, drain(exec, out, err));
        assertEquals("fedy b\n1000\n", out.toString());
        assertEquals("err\n", err.toString());
        assertEquals(5, drain(bench.store.findExec(exec.id()), new StringBuilder(), new StringBuilder()));
        assertThrows(NotFoundException.class, () -> bench.store.findExec("x"));
    }

    @Test
    void execHoldsAWriterBackUntilItIsRead() {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        Containers.Exec exec = await(bench.store.exec(
                container.name(),
                new Containers.ExecSpec(
                        List.of("sh", "-c", "dd if=/dev/zero bs=1024 count=2048 2>/dev/null; exit 4"),
                        List.of(),
                        null,
                        null,
                        false)));
        long cursor = 0;
        long bytes = 0;
        NodeAnswer.Output output;
        do {
            output = await(exec.read(cursor, 5_000, 50_000));
            for (NodeAnswer.Piece piece : output.pieces()) {
                bytes += piece.bytes().length;
            }
            cursor = output.cursor();
        } while (!output.ended());
        assertEquals(2048 * 1024, bytes);
        assertEquals(4, output.exitCode());
    }

    @Test
    void execTellsWhatCannotBeRun() {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        Containers.Exec missing = await(bench.store.exec(
                container.name(), new Containers.ExecSpec(List.of("nope"), List.of(), null, null, false)));
        StringBuilder out = new StringBuilder();
        assertEquals(127, drain(missing, out, new StringBuilder()));
        assertEquals(
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"nope\": executable file"
                        + " not found in $PATH: unknown\r\n",
                out.toString());
        assertEquals(0, missing.pid());
        Containers.Exec denied = await(bench.store.exec(
                container.name(), new Containers.ExecSpec(List.of("/etc/noexec"), List.of(), null, null, false)));
        assertEquals(126, drain(denied, new StringBuilder(), new StringBuilder()));
        await(bench.store.stop(container.id(), null, 0));
        NameConflictException refused = assertThrows(
                NameConflictException.class,
                () -> await(bench.store.exec(
                        container.name(), new Containers.ExecSpec(List.of("ls"), List.of(), null, null, false))));
        assertEquals("container " + container.id() + " is not running", refused.getMessage());
    }

    @Test
    void findsItsContainersAgainAfterARestart() throws IOException {
        Container running = bench.run(busybox, spec("sh", "-c", "echo before; sleep 1; echo after; sleep 1000"));
        Container ending = bench.run(busybox, spec("sh", "-c", "sleep 0.3; exit 9"));
        Container unstarted = bench.create(busybox, spec("true"));
        bench.store.close();
        while (!Files.exists(bench.execRoot.resolve("exits").resolve(ending.id().value()))) {
            Thread.onSpinWait();
        }
        // What a kill -9 in the middle of things leaves.
        Files.createDirectories(
                bench.dataRoot.resolve("containers").resolve("f".repeat(64)).resolve("upper"));
        Files.createDirectories(bench.execRoot.resolve("containers").resolve("e".repeat(64)));
        bench.restart();
        assertEquals(running.pid(), bench.store.find(running.name()).pid());
        assertEquals(Container.State.RUNNING, bench.store.find(running.name()).state());
        Container ended = bench.store.find(ending.name());
        assertEquals(Container.State.EXITED, ended.state());
        assertEquals(9, ended.exitCode());
        assertEquals(Container.State.CREATED, bench.store.find(unstarted.name()).state());
        assertFalse(Files.exists(bench.dataRoot.resolve("containers").resolve("f".repeat(64))));
        assertFalse(Files.exists(bench.execRoot.resolve("containers").resolve("e".repeat(64))));
        NodeAnswer.Output output = await(bench.store.readLogs(running.name(), 0, 1, 0, 100));
        while (!text(output, 1).contains("after")) {
            output = await(bench.store.readLogs(running.name(), output.cursor(), 0, 5_000, 100));
        }
        Container stopped = await(bench.store.stop(running.id(), null, 100));
        assertEquals(137, stopped.exitCode());
    }

    @Test
    void runsManyAtOnceAndMissesNoEnd() {
        List<Container> made = IntStream.range(0, 12)
                .mapToObj(i -> bench.create(busybox, spec("sh", "-c", "echo " + i + "; exit " + i)))
                .toList();
        List<Future<Container>> ended = made.stream()
                .map(container -> bench.store
                        .start(container.id(), List.of())
                        .compose(started -> bench.store.ended(started.id())))
                .toList();
        for (int i = 0; i < made.size(); i++) {
            assertEquals(i, await(ended.get(i)).exitCode());
            assertEquals(i + "\n", bench.log(made.get(i).id(), piece -> piece));
        }
    }

    @Test
    void keepsInheritedDescriptorsOpenInConmonAndNotInTheContainer() throws IOException {
        try (Pipe pipe = Pipe.ourRead()) {
            Container container = bench.create(busybox, spec("sh", "-c", "ls /proc/self/fd; sleep 1000"));
            await(bench.store.start(container.id(), List.of(pipe.writeEnd())));
            pipe.closeWrite();
            assertFalse(new Poll().readable(pipe.readEnd()).await(200), "conmon has closed it");
            Containers.Exec exec = await(bench.store.exec(
                    container.name(),
                    new Containers.ExecSpec(List.of("ls", "-l", "/proc/1/fd"), List.of(), null, null, false)));
            StringBuilder out = new StringBuilder();
            drain(exec, out, new StringBuilder());
            assertEquals(
                    2,
                    out.toString()
                            .lines()
                            .filter(line -> line.contains("pipe:"))
                            .count(),
                    out.toString());
            await(bench.store.stop(container.id(), null, 0));
            assertTrue(new Poll().readable(pipe.readEnd()).await(10_000));
            assertEquals(0, pipe.read(new byte[1]));
        }
    }

    @Test
    void seesThatAContainerDiedWithItsConmon() throws IOException, InterruptedException {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        bench.store.close();
        String conmon = Files.readString(bench.execRoot
                .resolve("containers")
                .resolve(container.id().value())
                .resolve("conmon.pid"));
        ProcessHandle.of(Long.parseLong(conmon.strip())).orElseThrow().destroyForcibly();
        ProcessHandle.of(container.pid()).orElseThrow().destroyForcibly();
        while (ProcessIdentity.startTicks(container.pid()) > 0
                || ProcessIdentity.startTicks(Integer.parseInt(conmon.strip())) > 0) {
            Thread.sleep(5);
        }
        bench.restart();
        assertEquals(Container.State.EXITED, bench.store.find(container.name()).state());
        assertEquals(255, bench.store.find(container.name()).exitCode());
    }

    @Test
    void isNotDeceivedByAnotherProcessWithItsConmonsPid() throws IOException, InterruptedException {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        Path pidFile = bench.execRoot
                .resolve("containers")
                .resolve(container.id().value())
                .resolve("conmon.pid");
        int conmon = Integer.parseInt(Files.readString(pidFile).strip());
        bench.store.close();
        ProcessHandle.of(conmon).orElseThrow().destroyForcibly();
        ProcessHandle.of(container.pid()).orElseThrow().destroyForcibly();
        while (ProcessIdentity.startTicks(container.pid()) > 0 || ProcessIdentity.startTicks(conmon) > 0) {
            Thread.sleep(5);
        }
        Files.writeString(pidFile, Long.toString(ProcessHandle.current().pid()));
        bench.restart();
        assertEquals(Container.State.EXITED, bench.store.find(container.name()).state());
    }

    @Test
    void tellsAnEndThatCouldNotBeWrittenAtFirst() throws IOException {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        Path record = bench.dataRoot
                .resolve("containers")
                .resolve(container.id().value())
                .resolve("container.json");
        Path away = record.resolveSibling("away");
        Files.move(record, away);
        Files.createDirectory(record); // as a full disk: nothing can be written in its place
        ProcessHandle.of(container.pid()).orElseThrow().destroyForcibly();
        while (!Files.exists(
                bench.execRoot.resolve("exits").resolve(container.id().value()))) {
            Thread.onSpinWait();
        }
        assertEquals(Container.State.RUNNING, bench.store.find(container.name()).state());
        Files.delete(record);
        Files.move(away, record);
        assertEquals(137, await(bench.store.ended(container.id())).exitCode());
    }

    @Test
    void endsAContainerWhoseConmonWasKilled() throws IOException {
        Container container = bench.run(busybox, spec("sleep", "1000"));
        String conmon = Files.readString(bench.execRoot
                .resolve("containers")
                .resolve(container.id().value())
                .resolve("conmon.pid"));
        ProcessHandle.of(Long.parseLong(conmon.strip())).orElseThrow().destroyForcibly();
        Container ended = await(bench.store.ended(container.id()));
        assertEquals(255, ended.exitCode());
        assertTrue(ended.error().contains("conmon"), ended.error());
        assertEquals(-1, ProcessIdentity.startTicks(container.pid()));
    }

    private static int drain(Containers.Exec exec, StringBuilder out, StringBuilder err) {
        long cursor = 0;
        NodeAnswer.Output output;
        do {
            output = await(exec.read(cursor, 5_000, 1 << 16));
            out.append(text(output, 1));
            err.append(text(output, 2));
            cursor = output.cursor();
        } while (!output.ended());
        return output.exitCode();
    }

    private static String text(NodeAnswer.Output output, int stream) {
        StringBuilder text = new StringBuilder();
        output.pieces().stream()
                .filter(piece -> piece.stream() == stream)
                .forEach(piece -> text.append(new String(piece.bytes(), StandardCharsets.UTF_8)));
        return text.toString();
    }
}
