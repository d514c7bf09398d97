package io.swarmnet.worker.image;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The built-in image {@code host}: this node's own root file system, each container's changes kept apart by an overlayfs.
 * It lets a lab run without a registry. Off unless the daemon's configuration says {@code "host-image": true}. Pure.
 *
 * @param hidden further paths that its containers must not see, beside those that are always hidden
 */
public record HostImage(boolean enabled, List<Path> hidden) {
    /** Reserved, whether it is enabled or not. */
    public static final String TAG = "host:latest";

    /** Fixed, the SHA-256 of {@code swarmnet built-in image host}: it has no files of its own. */
    public static final String ID = "sha256:" + io.swarmnet.model.id.Ids.sha256Hex("swarmnet built-in image host");

    /** Containers may not use it. */
    public static final HostImage OFF = new HostImage(false, List.of());

    static final String REFUSAL = "The image host is this node's own root file system, and it is off here."
            + " Put \"host-image\": true into the daemon's configuration to allow it (swarmnet lab does).";

    static Images.Image image() {
        return new Images.Image(
                ID,
                List.of(TAG),
                Instant.EPOCH,
                0,
                List.of(),
                List.of("/bin/sh"),
                List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                "",
                "",
                "",
                List.of());
    }
}
