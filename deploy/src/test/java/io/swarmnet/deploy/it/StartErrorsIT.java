package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a daemon says within five seconds when its host is not as it should be: cause and command, each in namespaces of its
 * own that end with the test's script.
 */
@Tag("e2e")
@Timeout(120)
class StartErrorsIT {
    private static final int LIMIT_MILLIS = 5_000;

    /** Shell functions for each script: a daemon on tmpfs, and a command whose time is told in milliseconds. */
    private static final String PRELUDE = """
            set -u
            PATH=$BIN:$PATH
            mount -t tmpfs tmpfs /run
            ip link set lo up
            ip address add 192.0.2.1/32 dev lo
            mkdir -p /run/data /run/swarmnet
            daemon() { swarmnetd --data-root /run/data --exec-root /run/swarmnet "$@"; }
            up() {
                daemon "$@" >/run/log 2>&1 &
                until swarmnet version >/dev/null 2>&1; do kill -0 $! || { cat /run/log; exit 9; }; sleep 0.1; done
            }
            timed() {
                began=$(date +%s%3N)
                "$@" && status=0 || status=$?
                echo "exit $status after $(($(date +%s%3N) - began)) ms"
            }
            """;

    @TempDir
    private Path directory;

    private List<String> script(String body) {
        try {
            Path file = Files.writeString(
                    directory.resolve("script.sh"),
                    "BIN=" + TestLab.home().resolve("bin") + "\n" + PRELUDE + body + "\nexec 2>/dev/null\n");
            Run run = Run.of(List.of(
                    "unshare",
                    "--net",
                    "--mount",
                    "--pid",
                    "--fork",
                    "--kill-child=SIGKILL",
                    "--mount-proc",
                    "bash",
                    "-c",
                    "exec 2>&1; . " + file));
            // the daemon's own log is not what is looked at
            return run.out()
                    .lines()
                    .filter(line -> !line.matches("20\\d\\d-\\d\\d-.*"))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Fails unless exactly these words were said, and then an end with this exit code in time. */
    private static void said(List<String> lines, int at, String words, int code) {
        assertEquals(words, lines.get(at), () -> String.join("\n", lines));
        String[] end = lines.get(at + 1).split(" ");
        assertEquals(
                List.of("exit", Integer.toString(code), "after"), List.of(end).subList(0, 3), lines::toString);
        assertTrue(Integer.parseInt(end[3]) < LIMIT_MILLIS, () -> "too late: " + lines);
    }

    @Test
    void aSecondDaemonOnADataRootNamesTheFirst() {
        List<String> lines = script("up\ncat /run/data/daemon.lock\ntimed daemon -H unix:///run/other.sock");
        said(
                lines,
                1,
                "swarmnetd: another swarmnetd (pid " + lines.get(0)
                        + ") runs on the data root /run/data; give this one another with --data-root",
                1);
    }

    @Test
    void missingPackagesAreNamedWithTheCommandThatInstallsThem() {
        List<String> lines = script("""
                touch /run/nothing
                mount --bind /run/nothing /usr/sbin/runc
                timed daemon
                mount --bind /run/nothing /usr/bin/conmon
                mount --bind /run/nothing $(readlink -f "$(ldconfig -p | sed -n 's,.*=> \\(.*/libnftables.so.1\\)$,\\1,p' | head -1)")
                timed daemon
                """);
        said(lines, 0, "swarmnetd: missing on this host: runc; install with: apt-get install -y runc", 1);
        said(
                lines,
                2,
                "swarmnetd: missing on this host: conmon, runc, libnftables1; install with: apt-get install -y conmon"
                        + " runc libnftables1",
                1);
    }

    @Test
    void directoriesThatCannotBeWrittenAreNamed() {
        List<String> lines = script("""
                mkdir /run/ro
                mount -t tmpfs -o ro tmpfs /run/ro
                timed daemon --exec-root /run/ro
                timed daemon --data-root /run/ro/data
                touch /run/file
                timed daemon --exec-root /run/file/exec
                """);
        said(
                lines,
                0,
                "swarmnetd: the exec root /run/ro cannot be written: Read-only file system; make it writable, or give"
                        + " another with --exec-root",
                1);
        said(
                lines,
                2,
                "swarmnetd: the data root /run/ro/data cannot be written: Read-only file system; make it writable, or"
                        + " give another with --data-root",
                1);
        assertTrue(
                lines.get(4).startsWith("swarmnetd: the exec root /run/file/exec cannot be written: "),
                lines::toString);
    }

    @Test
    void aManagersPortThatIsTakenIsToldAtInit() {
        List<String> lines = script("""
                up
                busybox nc -l -p 2377 >/dev/null </dev/zero &
                until grep -q ':0949 ' /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done
                timed swarmnet init --advertise-addr 192.0.2.1
                swarmnet doctor --format json | grep port.2377
                """);
        said(
                lines,
                0,
                "Error response from daemon: the manager's port 0.0.0.0:2377 cannot be opened: Address already in use; who holds it: ss -ltnp sport = :2377; or choose another"
                        + " with --listen-addr",
                1);
        assertTrue(lines.get(2).contains("\"Status\":\"warn\""), lines::toString);
        assertTrue(lines.get(2).contains("taken by pid "), lines::toString);
    }

    @Test
    void aFullDiskIsToldAtInitAndAtCreate() {
        List<String> lines = script("""
                mount -t tmpfs -o size=400m tmpfs /run/data
                up
                dd if=/dev/zero of=/run/data/fill bs=64k 2>/dev/null
                timed swarmnet init --advertise-addr 192.0.2.1
                rm /run/data/fill
                swarmnet init --advertise-addr 192.0.2.1 >/dev/null
                fallocate -l 200M /run/data/fill
                timed docker -H unix:///run/swarmnet/swarmnet.sock network create -d overlay n
                rm /run/data/fill
                timed docker -H unix:///run/swarmnet/swarmnet.sock network create -d overlay n
                """);
        assertTrue(lines.get(0).contains("No space left on device; make room there: df -h /run/data"), lines::toString);
        assertTrue(lines.get(1).startsWith("exit 1 after "), lines::toString);
        assertTrue(lines.get(2).contains(" 256 MiB are needed"), lines::toString);
        assertTrue(lines.get(3).startsWith("exit 1 after "), lines::toString);
        assertTrue(lines.get(5).startsWith("exit 0 after "), lines::toString);
    }

    @Test
    void theHostsSysctlsAreAsBeforeAfterUndo() {
        List<String> lines = script("""
                state() { (cd /proc/sys/net/ipv4 && grep . ip_forward conf/*/forwarding conf/*/accept_redirects); }
                ip link add odd type dummy 2>/dev/null || ip link add odd type bridge
                echo 1 >/proc/sys/net/ipv4/conf/odd/forwarding
                echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects
                state >/run/before
                up
                swarmnet init --advertise-addr 192.0.2.1 >/dev/null
                timed swarmnet undo
                cat /proc/sys/net/ipv4/ip_forward
                kill -KILL $(cat /run/data/daemon.lock); wait 2>/dev/null
                timed swarmnet undo --data-root /run/data --exec-root /run/swarmnet
                up
                until swarmnet leave --force >/dev/null 2>&1; do sleep 0.1; done
                timed swarmnet undo
                state | diff /run/before - && echo same
                timed swarmnet undo
                """);
        String refusal = "this node is part of a swarm, which needs what undo would take away: leave it first"
                + " (swarmnet leave)";
        said(lines, 0, "Error response from daemon: " + refusal, 1);
        assertEquals("1", lines.get(2), lines::toString);
        assertTrue(lines.contains("swarmnetd: " + refusal), lines::toString);
        assertTrue(lines.contains("net.ipv4.ip_forward = 0"), lines::toString);
        assertTrue(lines.contains("same"), () -> String.join("\n", lines));
        assertEquals("Nothing to undo.", lines.get(lines.size() - 2), lines::toString);
    }
}
