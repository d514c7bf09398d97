package io.swarmnet.worker.container;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of our containers in every cgroup hierarchy there is: v1, v2 or both beside each other. */
final class Cgroups {
    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private Cgroups() {}

    /** Removes what is left of a container's own, and its parent too once that is empty. Best effort: told, not thrown. */
    static void remove(String parent, String name) {
        for (Path hierarchy : hierarchies()) {
            Path directory = hierarchy.resolve(parent.substring(1));
            removeTree(directory.resolve(name));
        }
    }

    /** Removes the parent where it is empty. */
    static void removeEmpty(String parent) {
        for (Path hierarchy : hierarchies()) {
            rmdir(hierarchy.resolve(parent.substring(1)));
        }
    }

    /** Names under the parent, in any hierarchy. */
    static List<String> names(String parent) {
        List<String> names = new ArrayList<>();
        for (Path hierarchy : hierarchies()) {
            for (Path child : directories(hierarchy.resolve(parent.substring(1)))) {
                String name = child.getFileName().toString();
                if (!names.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static List<Path> hierarchies() {
        if (Files.exists(ROOT.resolve("cgroup.controllers"))) {
            return List.of(ROOT);
        }
        return directories(ROOT);
    }

    private static List<Path> directories(Path directory) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                // v1 has links such as "cpu -> cpu,cpuacct"
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(child);
                }
            }
        } catch (IOException e) {
            LOG.warn("Cannot read cgroups path={} error={}", directory, e.toString());
        }
        return found;
    }

    private static void removeTree(Path directory) {
        directories(directory).forEach(Cgroups::removeTree);
        rmdir(directory);
    }

    private static void rmdir(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.debug("Cgroup kept path={} error={}", directory, e.toString());
        }
    }
}
