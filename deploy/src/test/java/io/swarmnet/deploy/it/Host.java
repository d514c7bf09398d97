package io.swarmnet.deploy.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A host of the lab, as {@code swarmnet lab ls --format json} names it. */
record Host(TestLab lab, String name, String address, Path netns, Path socket) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Runs a command in every network namespace of the host, of processes and of pins, each once; a line each that begins
     * with the namespace's inode.
     */
    private static final String EVERY_NAMESPACE = """
            { for pid in /proc/[0-9]*; do echo $pid/ns/net; done
              awk '{for (i = 7; i <= NF; i++) if ($i == "-" && $(i + 1) == "nsfs") print $5}' /proc/self/mountinfo
            } | while read -r path; do
                inode=$(stat -Lc %i "$path" 2>/dev/null) && echo "$inode $path"
            done | sort -u -k1,1 | while read -r inode path; do
                nsenter --net="$path" sh -c "$0" 2>/dev/null | sed "s/^/$inode /"
            done
            """;

    /** Inside the host's namespaces, as a user who sits at it. */
    Run run(String... command) {
        return Run.of(inside(command));
    }

    List<String> inside(String... command) {
        List<String> all = new ArrayList<>(List.of(
                "nsenter",
                "--target",
                Long.toString(lab.supervisorPid(name)),
                "--net",
                "--uts",
                "--mount",
                "--pid",
                "--wd=/",
                "--"));
        all.addAll(List.of(command));
        return all;
    }

    /** The docker CLI against this host's daemon. */
    Run docker(String... words) {
        return Run.of(Docker.command(socket, words));
    }

    Run docker(Map<String, String> environment, String... words) {
        return Run.of(Docker.command(socket, words), environment, Path.of("/dev/null"));
    }

    JsonNode json(String... words) {
        return parse(docker(words).ok());
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + text, e);
        }
    }

    List<String> inEveryNamespace(String script) {
        return run("sh", "-c", EVERY_NAMESPACE, script).lines();
    }

    /** The vxlan devices over all network namespaces of the host. */
    List<String> vxlanDevices() {
        return inEveryNamespace("ip -o link show type vxlan");
    }

    /** The machine's number of the daemon's process, 0 while there is none. */
    long daemonPid() {
        return lab.daemonPid(name);
    }

    Path directory() {
        return socket.getParent();
    }

    /** How long the daemon's log is now, to be given to {@link #logSince}. */
    long logLength() {
        return directory().resolve("daemon.log").toFile().length();
    }

    String logSince(long length) {
        try {
            byte[] log = Files.readAllBytes(directory().resolve("daemon.log"));
            return new String(log, (int) length, (int) (log.length - length), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
