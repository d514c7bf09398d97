package io.swarmnet.worker.image;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Images of this node. Thread-safe; futures fail with a {@code SwarmnetException} in Docker's words. */
public interface Images {
    /**
     * An image.
     *
     * @param id {@code sha256:<64 hex>}
     * @param tags {@code name:tag}
     * @param sizeBytes of the unpacked files
     */
    record Image(
            String id,
            List<String> tags,
            Instant createdAt,
            long sizeBytes,
            List<String> entrypoint,
            List<String> command,
            List<String> env,
            String workingDir,
            String user,
            String stopSignal,
            List<String> exposedPorts) {}

    List<Image> list();

    /**
     * @param reference {@code name[:tag]}, {@code docker.io/library/name[:tag]}, id or prefix of an id
     * @throws io.swarmnet.model.error.NotFoundException {@code No such image: X}
     */
    Image find(String reference);

    /**
     * {@code docker import}: unpacks a tarball (plain or gzip) safely into a new image.
     *
     * @param tarball read once; the caller removes it
     * @param reference tag to give, or null
     * @param changes Dockerfile lines: CMD, ENTRYPOINT, ENV, EXPOSE, USER, WORKDIR
     */
    Future<Image> importTarball(Path tarball, String reference, List<String> changes, String message);

    Future<Void> tag(String reference, String newReference);

    /**
     * Untags, and removes the files with the last tag. Refused while a container uses it.
     *
     * @return what was done, in order: {@code Untagged: name:tag} and {@code Deleted: sha256:<64 hex>}
     */
    Future<List<String>> remove(String reference, boolean force);
}
