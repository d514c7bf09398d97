package io.swarmnet.worker.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether the daemon's two directories can be written, and how much room there is. Blocks; changes nothing. */
final class RootProbe {
    private static final long MIB = 1L << 20;
    /** A manager's store refuses writes below this. */
    private static final long FAIL_BYTES = 256 * MIB;

    private static final long WARN_BYTES = 1_024 * MIB;

    private RootProbe() {}

    static List<Finding> check(Path dataRoot, Path execRoot) {
        return List.of(root("data", dataRoot), root("exec", execRoot), space(dataRoot));
    }

    private static Finding root(String name, Path root) {
        String what = name + " root " + root;
        Path there = existing(root);
        return Files.isDirectory(there) && Files.isWritable(there)
                ? Finding.ok(name + "-root", what, there.equals(root) ? "" : "will be made")
                : Finding.fail(
                        name + "-root",
                        what,
                        there + " cannot be written",
                        "mount -o remount,rw " + there + "; or give another with --" + name + "-root");
    }

    private static Finding space(Path dataRoot) {
        String what = "room for the data root";
        try {
            Path there = existing(dataRoot);
            return space(what, there, Files.getFileStore(there).getUsableSpace());
        } catch (IOException e) {
            return Finding.unchecked("disk", what, e.toString());
        }
    }

    static Finding space(String what, Path where, long bytes) {
        String seen = bytes / MIB + " MiB free";
        String fix = "df -h " + where + "; du -xhd1 " + where + " shows what takes it";
        if (bytes < FAIL_BYTES) {
            return Finding.fail("disk", what, seen + ": nothing new can be stored", fix);
        }
        return bytes < WARN_BYTES ? Finding.warn("disk", what, seen, fix) : Finding.ok("disk", what, seen);
    }

    private static Path existing(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }
}
