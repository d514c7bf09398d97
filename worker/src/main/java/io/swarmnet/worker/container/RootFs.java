package io.swarmnet.worker.container;

import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.mount.Mounts;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.worker.disk.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container's root file system: an overlay over the image's files, mounted in the daemon's mount namespace, found again
 * there after a crash. Where the data root's file system can be no upper layer (an overlay itself, NFS), a copy.
 */
final class RootFs {
    private static final Logger LOG = LoggerFactory.getLogger(RootFs.class);

    private final ContainerDirectories directories;

    RootFs(ContainerDirectories directories) {
        this.directories = directories;
    }

    /** Mounts it, or finds it mounted. */
    Path mount(ContainerId id, Path lower) throws IOException {
        Path target = Files.createDirectories(directories.rootfs(id));
        if (isMounted(target) || isCopied(id)) {
            return target;
        }
        Path upper = directories.upper(id);
        boolean fresh = !Files.exists(upper);
        Files.createDirectories(upper);
        Files.createDirectories(directories.work(id));
        if (fresh) {
            // The merged root shows the upper directory's owner and mode.
            FileTree.own(upper, 0, 0, 0755);
        }
        try {
            Mounts.overlay(List.of(lower), upper, directories.work(id), target);
        } catch (KernelException e) {
            if (lower.getNameCount() == 0) {
                throw new NotSupportedException(
                        "The image host needs overlayfs on the data root's file system, which refused: "
                                + e.getMessage());
            }
            LOG.warn("No overlay, the image is copied container={} error={}", id, e.getMessage());
            FileTree.copy(lower, target);
            Files.createFile(copyMark(id));
        }
        return target;
    }

    private static boolean isMounted(Path target) throws IOException {
        return Mounts.below(target.toRealPath()).contains(target.toRealPath());
    }

    private boolean isCopied(ContainerId id) {
        return Files.exists(copyMark(id));
    }

    private Path copyMark(ContainerId id) {
        return directories.home(id).resolve("copied");
    }

    /** Unmounts it and all that is mounted in it; does nothing when nothing is. */
    void unmount(ContainerId id) throws IOException {
        Path target = directories.rootfs(id);
        if (Files.exists(target)) {
            Mounts.below(target.toRealPath()).forEach(Mounts::unmountLazily);
        }
    }
}
