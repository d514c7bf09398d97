package io.swarmnet.deploy.lab;

import io.swarmnet.linux.mount.Mounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts and ends the processes that are the hosts. */
final class HostProcess {
    private static final String SCRIPT = "host.sh";
    private static final long STEP_MILLIS = 10;

    private HostProcess() {}

    /**
     * Starts process 1 of a host in namespaces of its own, and pins its network namespace. It waits for its uplink before
     * it starts what it is for.
     *
     * @param command what its supervisor keeps running
     */
    static LabHost start(LabPlace place, String name, int number, String address, List<String> command)
            throws IOException {
        Path directory = place.directory().resolve(name);
        Files.createDirectories(directory);
        Path script = place.directory().resolve(SCRIPT);
        try (InputStream source = HostProcess.class.getResourceAsStream(SCRIPT)) {
            Files.write(script, source.readAllBytes());
        }
        Files.writeString(directory.resolve("resolv.conf"), "nameserver " + Underlay.INTERNET_ADDRESS + "\n");
        Files.writeString(directory.resolve("hosts"), "127.0.0.1\tlocalhost\n" + address + "\t" + name + "\n");
        List<String> all = new ArrayList<>(List.of(
                "setsid",
                "unshare",
                "--net",
                "--uts",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child=SIGKILL",
                "--mount-proc",
                "sh",
                script.toString(),
                name,
                directory.toString()));
        all.addAll(command);
        Process unshare = new ProcessBuilder(all)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("daemon.log").toFile()))
                .redirectErrorStream(true)
                .start();
        long pid = awaitFirstProcess(unshare, directory);
        LabHost host = new LabHost(name, number, address, pid);
        Path pin = host.netns(place);
        Files.createDirectories(pin.getParent());
        Files.createFile(pin);
        Mounts.bind(Path.of("/proc/" + pid + "/ns/net"), pin);
        return host;
    }

    /** The child of {@code unshare} is process 1 of the host; it says that it is there by a file. */
    private static long awaitFirstProcess(Process unshare, Path directory) throws IOException {
        Path begun = directory.resolve("begun");
        for (int i = 0; i < 1_000; i++) {
            Optional<Long> child = children(unshare.pid()).stream().findFirst();
            if (child.isPresent() && Files.exists(begun)) {
                return child.get();
            }
            if (!unshare.isAlive()) {
                throw new IOException("host did not start: "
                        + Files.readString(directory.resolve("daemon.log")).strip());
            }
            pause();
        }
        unshare.destroyForcibly();
        throw new IOException("host in " + directory + " did not start within 10 s");
    }

    /** Lets the host go on: its uplink is there. */
    static void release(LabPlace place, LabHost host) throws IOException {
        Files.createFile(host.directory(place).resolve("ready"));
    }

    static List<Long> children(long pid) {
        try {
            String text = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"));
            return Stream.of(text.strip().split(" "))
                    .filter(word -> !word.isEmpty())
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** The daemon under the host's supervisor, 0 while it is being restarted. */
    static long daemonPid(LabHost host) {
        for (long child : children(host.supervisorPid())) {
            try {
                byte[] line = Files.readAllBytes(Path.of("/proc/" + child + "/cmdline"));
                if (new String(line, StandardCharsets.UTF_8).contains("io.swarmnet.")) {
                    return child;
                }
            } catch (IOException gone) {
                continue;
            }
        }
        return 0;
    }

    /** Ends process 1, and with it everything in the host; waits until all of it is gone. */
    static void end(LabHost host) {
        ProcessHandle.of(host.supervisorPid()).ifPresent(first -> {
            first.destroyForcibly();
            first.onExit().join();
        });
    }

    private static void pause() {
        try {
            Thread.sleep(STEP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
