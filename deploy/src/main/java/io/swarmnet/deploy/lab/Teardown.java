package io.swarmnet.deploy.lab;

import io.swarmnet.linux.netns.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes a lab down to nothing, also one whose daemons were killed, or that was half made. */
final class Teardown {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int CGROUP_TRIES = 200;

    private Teardown() {}

    /** Goes on past each failure and throws all of them at the end. */
    static void run(LabPlace place, Optional<LabPlace.Made> made) {
        List<RuntimeException> failures = new ArrayList<>();
        List<LabHost> hosts = new ArrayList<>();
        made.ifPresent(lab -> {
            hosts.addAll(lab.nodes());
            hosts.add(lab.outside());
        });
        for (LabHost host : hosts) {
            attempt(failures, () -> HostProcess.end(host));
            attempt(failures, () -> removeCgroups(Lab.instance(host, place)));
            attempt(failures, () -> unpin(host.netns(place)));
        }
        attempt(failures, () -> unpin(place.netns(LabPlace.UNDERLAY)));
        attempt(failures, () -> removeTree(place.directory()));
        attempt(failures, () -> removeEmptyNetnsDirectory(place));
        if (!failures.isEmpty()) {
            RuntimeException first = failures.remove(0);
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    private static void attempt(List<RuntimeException> failures, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private static void unpin(Path pin) {
        if (Files.exists(pin)) {
            new Netns(pin).delete();
        }
    }

    /** Cgroups outlive their processes; those of this lab's daemons carry their instance. */
    private static void removeCgroups(String instance) {
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            List<Path> roots = new ArrayList<>(hierarchies.toList());
            roots.add(CGROUPS);
            for (Path root : roots) {
                Path ours = root.resolve("swarmnet-" + instance);
                if (Files.isDirectory(ours)) {
                    removeCgroup(ours);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("list " + CGROUPS + ": " + e.getMessage(), e);
        }
    }

    private static void removeCgroup(Path top) {
        for (int i = 0; ; i++) {
            try (Stream<Path> tree = Files.walk(top)) {
                for (Path directory : tree.filter(Files::isDirectory)
                        .sorted(Comparator.reverseOrder())
                        .toList()) {
                    Files.delete(directory);
                }
                return;
            } catch (IOException | UncheckedIOException busy) {
                // The kernel empties a cgroup a moment after its last process was reaped.
                if (i == CGROUP_TRIES) {
                    throw new IllegalStateException("remove cgroup " + top + ": " + busy.getMessage(), busy);
                }
                pause();
            }
        }
    }

    private static void removeTree(Path top) {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(top)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + top + ": " + e.getMessage(), e);
        }
    }

    private static void removeEmptyNetnsDirectory(LabPlace place) {
        Path directory = place.netns("x").getParent();
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                return;
            }
        } catch (IOException absent) {
            return;
        }
        try {
            Files.delete(directory);
        } catch (IOException mountPoint) {
            return; // `ip netns` made it one before us: it stays as it was found
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
