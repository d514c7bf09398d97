package io.swarmnet.worker;

import java.nio.file.Path;
import java.util.List;

/**
 * What a worker is told by its daemon.
 *
 * @param dataRoot survives restarts
 * @param execRoot gone with the host's next start
 * @param hostname as the node is called in the swarm
 * @param engineVersion shown in {@code node ls}
 * @param dataPlane {@code auto}, {@code kernel} or {@code userspace}
 * @param hostImage whether the built-in image {@code host} may be used
 * @param hostImageHidden further paths that image hides
 */
public record WorkerConfig(
        Path dataRoot,
        Path execRoot,
        String hostname,
        String engineVersion,
        String dataPlane,
        boolean hostImage,
        List<Path> hostImageHidden) {}
