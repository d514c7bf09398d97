package io.swarmnet.worker.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Paths as a process inside a root directory would see them: absolute links start at that root and {@code ..} stops there.
 * For trees that nobody changes meanwhile; against a running container it is no defence.
 */
public final class RootedPath {
    private static final int LINKS_MAX = 40;

    private RootedPath() {}

    /** The place a path leads to, or nothing if it is not there or its links go in circles. */
    public static Optional<Path> resolve(Path root, String path) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(List.of(path.split("/")));
        Deque<String> walked = new ArrayDeque<>();
        Path here = root;
        int links = 0;
        while (!ahead.isEmpty()) {
            String name = ahead.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                walked.pollLast();
                here = join(root, walked);
                continue;
            }
            Path next = here.resolve(name);
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (!Files.isSymbolicLink(next)) {
                walked.addLast(name);
                here = next;
                continue;
            }
            if (++links > LINKS_MAX) {
                return Optional.empty();
            }
            String target = Files.readSymbolicLink(next).toString();
            if (target.startsWith("/")) {
                walked.clear();
                here = root;
            }
            List<String> names = new java.util.ArrayList<>(List.of(target.split("/")));
            Collections.reverse(names);
            names.forEach(ahead::push);
        }
        return Optional.of(here);
    }

    private static Path join(Path root, Deque<String> names) {
        Path path = root;
        for (String name : names) {
            path = path.resolve(name);
        }
        return path;
    }
}
