package io.swarmnet.worker.container;

import io.swarmnet.model.id.ContainerId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where the containers of one daemon lie. What must survive a power cut is under the data root, what the running
 * processes need is under the exec root. Pure.
 */
public final class ContainerDirectories {
    /** Of a unix socket's path, without the ending zero. */
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    private static final int SOCKET_NAME_LENGTH = 16;

    private final Path dataRoot;
    private final Path execRoot;

    /** @throws IllegalArgumentException when the exec root is too long a path for conmon's sockets under it */
    public ContainerDirectories(Path dataRoot, Path execRoot) {
        this.dataRoot = dataRoot.toAbsolutePath().normalize();
        this.execRoot = execRoot.toAbsolutePath().normalize();
        String longest = sockets() + "/" + "x".repeat(SOCKET_NAME_LENGTH) + "/attach";
        int excess = longest.getBytes(StandardCharsets.UTF_8).length - SOCKET_PATH_BYTES_MAX;
        if (excess > 0) {
            throw new IllegalArgumentException("The exec root " + execRoot + " is " + excess
                    + " bytes too long: sockets under it would pass the " + SOCKET_PATH_BYTES_MAX
                    + " bytes of a unix socket's path");
        }
    }

    Path dataRoot() {
        return dataRoot;
    }

    Path execRoot() {
        return execRoot;
    }

    Path containers() {
        return dataRoot.resolve("containers");
    }

    Path home(ContainerId id) {
        return containers().resolve(id.value());
    }

    Path record(ContainerId id) {
        return home(id).resolve("container.json");
    }

    /** In a directory of its own, so that watching it tells of nothing else. */
    Path log(ContainerId id) {
        return home(id).resolve("log").resolve("container.log");
    }

    Path upper(ContainerId id) {
        return home(id).resolve("upper");
    }

    Path work(ContainerId id) {
        return home(id).resolve("work");
    }

    /** The root file system: where the overlay is mounted, or the copy where there can be none. */
    Path rootfs(ContainerId id) {
        return home(id).resolve("rootfs");
    }

    /** runc's own state. */
    Path runcRoot() {
        return execRoot.resolve("runc");
    }

    Path bundles() {
        return execRoot.resolve("containers");
    }

    Path bundle(ContainerId id) {
        return bundles().resolve(id.value());
    }

    Path exits() {
        return execRoot.resolve("exits");
    }

    Path exit(ContainerId id) {
        return exits().resolve(id.value());
    }

    Path sockets() {
        return execRoot.resolve("s");
    }

    static String socketName(ContainerId id) {
        return id.value().substring(0, Math.min(SOCKET_NAME_LENGTH, id.value().length()));
    }

    Path execs() {
        return execRoot.resolve("execs");
    }
}
