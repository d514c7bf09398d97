package io.swarmnet.worker.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a container of the image host must not see of the node's own root file system. Pure: it is given the mount table.
 *
 * <p>A path is covered where it is written, and also where its files really lie in the root file system: a data root that
 * is a bind mount of {@code /srv/node1} is found there through {@code lowerdir=/}, which mounts do not hide.
 */
final class HiddenPaths {
    /** Covered by something empty. Directories and files alike; what is not there is passed over by runc. */
    private static final List<String> ALWAYS = List.of(
            "/etc/shadow",
            "/etc/shadow-",
            "/etc/gshadow",
            "/etc/gshadow-",
            "/etc/ssh",
            "/etc/ssl/private",
            "/etc/docker",
            "/etc/swarmnet",
            "/etc/kubernetes",
            "/etc/krb5.keytab",
            "/boot",
            "/home",
            "/lost+found",
            "/var/backups",
            "/var/cache/debconf",
            "/var/lib/containerd",
            "/var/lib/containers",
            "/var/lib/docker",
            "/var/lib/kubelet",
            "/var/lib/swarmnet",
            "/var/log",
            "/swapfile",
            "/swap.img");

    /** Covered by something empty that can be written to: programs expect these. */
    static final List<String> SCRATCH = List.of("/root", "/run", "/tmp", "/var/tmp");

    /**
     * A line of /proc/self/mountinfo.
     *
     * @param device major:minor
     * @param root of the mount within its file system
     * @param point where it is mounted
     */
    record Mount(String device, Path root, Path point) {
        /** Nothing for a line that is none. */
        static Optional<Mount> parse(String line) {
            String[] fields = line.split(" ");
            return fields.length < 6 || !fields[3].startsWith("/") || !fields[4].startsWith("/")
                    ? Optional.empty()
                    : Optional.of(new Mount(fields[2], Path.of(unescape(fields[3])), Path.of(unescape(fields[4]))));
        }

        private static String unescape(String field) {
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < field.length(); i++) {
                if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                    out.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                    i += 3;
                } else {
                    out.append(field.charAt(i));
                }
            }
            return out.toString();
        }
    }

    private HiddenPaths() {}

    /**
     * @param own absolute paths to hide beside the usual ones: data root, exec root, configured ones
     * @param mounts the daemon's mount table, in its order
     * @return paths as seen from the root of the root file system, parents first
     */
    static List<String> of(Collection<Path> own, List<Mount> mounts) {
        SortedSet<String> paths = new TreeSet<>(ALWAYS);
        List<Path> asked = new ArrayList<>(own);
        ALWAYS.forEach(path -> asked.add(Path.of(path)));
        SCRATCH.forEach(path -> asked.add(Path.of(path)));
        for (Path path : asked) {
            Path plain = path.normalize();
            if (plain.getNameCount() == 0) {
                throw new IllegalArgumentException("The root directory itself cannot be hidden");
            }
            if (!SCRATCH.contains(plain.toString())) {
                paths.add(plain.toString());
            }
            underlying(plain, mounts).filter(found -> !SCRATCH.contains(found)).ifPresent(paths::add);
            // What is mounted below it may come from the root file system as well.
            for (Mount mount : mounts) {
                if (mount.point().startsWith(plain)) {
                    underlying(mount.point(), mounts)
                            .filter(found -> !SCRATCH.contains(found))
                            .ifPresent(paths::add);
                }
            }
        }
        return List.copyOf(paths);
    }

    /** Where in the root file system a path's files lie, if they do. */
    private static Optional<String> underlying(Path path, List<Mount> mounts) {
        Mount rootMount = null;
        Mount over = null;
        for (Mount mount : mounts) {
            if (mount.point().getNameCount() == 0) {
                rootMount = mount;
            }
            boolean covers = path.startsWith(mount.point());
            if (covers
                    && (over == null
                            || mount.point().getNameCount() >= over.point().getNameCount())) {
                over = mount;
            }
        }
        if (rootMount == null || over == null || !over.device().equals(rootMount.device())) {
            return Optional.empty();
        }
        Path within = over.root().resolve(over.point().relativize(path)).normalize();
        if (!within.startsWith(rootMount.root()) || within.equals(rootMount.root())) {
            return Optional.empty();
        }
        return Optional.of("/" + rootMount.root().relativize(within));
    }
}
