package io.swarmnet.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.ScratchNetns;
import io.swarmnet.linux.libc.Libc;
import io.swarmnet.linux.netns.Netns;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(60)
class SpawnKernelTest {
    /** What a shell script writes to its descriptor 3. */
    private static String output(Spawn spawn) {
        int[] ends = pipe();
        try {
            SpawnedProcess process = spawn.descriptor(3, ends[1]).start();
            Libc.close(ends[1]);
            StringBuilder text = new StringBuilder();
            byte[] buffer = new byte[4096];
            long read;
            while ((read = Libc.C.read(ends[0], buffer, buffer.length)) > 0) {
                text.append(new String(buffer, 0, (int) read, StandardCharsets.UTF_8));
            }
            assertEquals(0, process.waitFor());
            return text.toString();
        } finally {
            Libc.close(ends[0]);
        }
    }

    private static int[] pipe() {
        int[] ends = new int[2];
        Libc.check("pipe2", Libc.C.pipe2(ends, Libc.O_CLOEXEC));
        return ends;
    }

    private static Spawn shell(String script) {
        return Spawn.of(List.of("/bin/sh", "-c", script));
    }

    @Test
    void environmentAndDirectoryArriveWhole() {
        String text = output(shell("env >&3; pwd >&3")
                .environment(Map.of("_OCI_SYNCPIPE", "3", "LONG", "x".repeat(5000)))
                .directory(Path.of("/usr/bin")));
        assertTrue(text.contains("_OCI_SYNCPIPE=3\n"), text);
        assertTrue(text.contains("LONG=" + "x".repeat(5000) + "\n"));
        assertTrue(text.endsWith("/usr/bin\n"), text);
        assertTrue(Arrays.stream(text.split("\n")).noneMatch(line -> line.startsWith("HOME=")), text);
    }

    @Test
    void onlyMappedDescriptorsAreOpen() throws Exception {
        int[] more = pipe();
        try (FileInputStream open = new FileInputStream("/proc/self/status")) {
            assertTrue(open.read() > 0);
            String text = output(Spawn.of(List.of("/bin/sh", "-c", "exec >&3; ls /proc/$$/fd; readlink /proc/$$/fd/0"))
                    .environment("PATH", "/usr/bin:/bin")
                    .descriptor(5, more[0]));
            assertEquals(
                    List.of("0", "1", "2", "3", "5", "/dev/null"), text.lines().toList());
        } finally {
            Libc.close(more[0]);
            Libc.close(more[1]);
        }
    }

    @Test
    void descriptorsMayChangePlaces() {
        int[] one = pipe();
        int[] two = pipe();
        // Our numbers crossed over: each target is the other's source.
        SpawnedProcess process = shell("echo a >/proc/self/fd/" + one[1] + "; echo b >/proc/self/fd/" + two[1])
                .descriptor(one[1], two[1])
                .descriptor(two[1], one[1])
                .start();
        assertEquals(0, process.waitFor());
        byte[] buffer = new byte[8];
        assertEquals(2, Libc.C.read(one[0], buffer, buffer.length));
        assertEquals('b', buffer[0]);
        assertEquals(2, Libc.C.read(two[0], buffer, buffer.length));
        assertEquals('a', buffer[0]);
        for (int fd : new int[] {one[0], one[1], two[0], two[1]}) {
            Libc.close(fd);
        }
    }

    @Test
    void exitCodesAndSignalsAreTold() {
        assertEquals(7, shell("exit 7").start().waitFor());
        SpawnedProcess sleeper =
                Spawn.of(List.of("/bin/sleep", "60")).newSession().start();
        assertEquals(-1, sleeper.poll());
        assertTrue(sleeper.signal(15));
        assertEquals(143, sleeper.waitFor());
        assertEquals(
                Errno.ENOENT,
                assertThrows(KernelException.class, () -> Spawn.of(List.of("/no/such/program"))
                                .start())
                        .errno());
    }

    @Test
    void childIsBornInTheNamespaceOfItsMaker() {
        try (ScratchNetns scratch = new ScratchNetns()) {
            Netns netns = scratch.add("birth");
            String link = netns.call(() -> output(Spawn.of(List.of("/bin/sh", "-c", "readlink /proc/self/ns/net >&3"))
                    .environment("PATH", "/bin")));
            assertEquals("net:[" + netns.inode() + "]", link.strip());
        }
    }

    @Test
    void descriptorOfAChildCanBeTakenBack() {
        int[] ends = pipe();
        SpawnedProcess child =
                Spawn.of(List.of("/bin/sleep", "60")).descriptor(9, ends[1]).start();
        Libc.close(ends[1]);
        int pidfd = Libc.pidfdOpen(child.pid());
        int taken = Libc.pidfdGetfd(pidfd, 9);
        assertEquals(1, Libc.C.write(taken, new byte[] {'!'}, 1));
        byte[] buffer = new byte[1];
        assertEquals(1, Libc.C.read(ends[0], buffer, 1));
        assertEquals('!', buffer[0]);
        child.signal(9);
        assertEquals(137, child.waitFor());
        for (int fd : new int[] {ends[0], pidfd, taken}) {
            Libc.close(fd);
        }
    }
}
