package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon asks of its kernel, seen by strace. */
@Tag("e2e")
@EndToEnd
class TraceIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern EXECVE = Pattern.compile("execve\\(\"([^\"]+)\"");

    private final TestLab lab;
    private final Host manager;

    @TempDir
    private Path directory;

    TraceIT(TestLab lab) {
        this.lab = lab;
        this.manager = lab.manager();
    }

    @Test
    @SuppressWarnings("try") // a trace is only opened and closed
    void aNetworkIsOnDiskBeforeItsCreationIsAnswered() throws IOException {
        String network = "durable-net";
        Path trace = directory.resolve("durable");
        try (Background strace = Background.strace(
                manager.daemonPid(),
                trace,
                "-y",
                "-s",
                "64",
                "-e",
                "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,fdatasync,fsync")) {
            lab.network(network);
        }
        manager.docker("network", "rm", network).ok();
        List<String> calls = Files.readAllLines(trace);
        int asked = first(calls, 0, call -> call.contains("POST ") && call.contains("/networks/create"));
        int begun = first(calls, asked, TraceIT::synchronizesTheLog);
        // strace splits a call that another thread's call comes into: then its end is the line that says resumed.
        int synced = calls.get(begun).contains("<unfinished")
                ? first(
                        calls,
                        begun,
                        call -> call.startsWith(calls.get(begun).split(" ")[0] + " ") && call.contains("sync resumed"))
                : begun;
        int answered = first(calls, asked, call -> call.contains("HTTP/1.1 201 Created"));
        assertTrue(calls.get(synced).endsWith("= 0"), calls.get(synced));
        assertTrue(synced < answered, "synced at line " + synced + ", answered at line " + answered);
    }

    private static boolean synchronizesTheLog(String call) {
        return (call.contains("fdatasync(") || call.contains("fsync(")) && call.contains("/log_inprogress");
    }

    private static int first(List<String> calls, int from, Predicate<String> wanted) {
        for (int i = from; i < calls.size(); i++) {
            if (wanted.test(calls.get(i))) {
                return i;
            }
        }
        throw new AssertionError("not in the trace from line " + from + ", which has " + calls.size() + " lines: "
                + calls.stream()
                        .filter(call -> call.contains("sync") || call.contains("HTTP/1.1"))
                        .toList());
    }

    @Test
    @SuppressWarnings("try") // a trace is only opened and closed
    void overAServicesLifeAWorkerStartsRuncAndConmonOnly() throws IOException {
        String network = "traced-net";
        String service = "traced-web";
        Host worker = lab.host("node2");
        Path trace = directory.resolve("exec");
        try (Background strace = Background.strace(worker.daemonPid(), trace, "-e", "trace=execve,execveat")) {
            lab.network(network);
            RunningTask task = lab.service(service, network, 3, "nginx").stream()
                    .filter(one -> one.host() == worker)
                    .findFirst()
                    .orElseThrow();
            assertEquals("traced", task.exec("echo", "traced").ok());
            task.kill();
            Wait.until(
                    "it is replaced",
                    SOON,
                    () -> lab.tasks(worker, service, network),
                    tasks -> tasks.size() == 1 && !tasks.contains(task));
            lab.remove(List.of(service), List.of(network));
        }
        Set<String> programs = new TreeSet<>();
        for (String call : Files.readAllLines(trace)) {
            Matcher matcher = EXECVE.matcher(call);
            if (matcher.find() && !call.contains("ENOENT")) {
                programs.add(Path.of(matcher.group(1)).getFileName().toString());
            }
        }
        // What runs inside the containers is in the trace as well, and runc starts itself anew from /proc/self.
        programs.removeAll(Set.of("nginx", "echo"));
        programs.removeIf(name -> name.equals("exe") || name.matches("\\d+"));
        assertEquals(Set.of("conmon", "runc"), programs);
    }
}
