package io.swarmnet.engine.daemon;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.swarmnet.linux.file.DurableFile;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.worker.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code node.json}: what the daemon must know before it asks anybody (details C). Written at once and for good. Blocks.
 */
final class NodeFile {
    static final int VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(com.fasterxml.jackson.databind.MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    /**
     * What stands in it.
     *
     * @param version of the file's form
     * @param id of the daemon, as {@code docker info} shows it
     * @param swarm null outside a swarm
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Content(int version, String id, InSwarm swarm) {
        Content with(InSwarm next) {
            return new Content(VERSION, id, next);
        }
    }

    /**
     * The node's part in its swarm; its certificate is in the identity file.
     *
     * @param placement where it is found
     * @param managers addresses of the managers as last told
     * @param listen where its own port is opened, null of a worker
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record InSwarm(Placement placement, List<HostPort> managers, HostPort listen) {}

    private final Path file;

    NodeFile(Path dataRoot) {
        this.file = dataRoot.resolve("node.json");
    }

    /** The stored content; a new id when there is none. */
    Content loadOrCreate() throws IOException {
        Optional<byte[]> bytes = DurableFile.read(file);
        if (bytes.isEmpty()) {
            Content fresh = new Content(VERSION, UUID.randomUUID().toString(), null);
            save(fresh);
            return fresh;
        }
        try {
            Content content = JSON.readValue(bytes.get(), Content.class);
            if (content.version() != VERSION) {
                throw new IOException(file + ": version " + content.version() + " is not known to this build");
            }
            return content;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    /** Whether an earlier daemon put the node into a swarm; makes no file. */
    boolean inSwarm() throws IOException {
        return DurableFile.read(file).isPresent() && loadOrCreate().swarm() != null;
    }

    void save(Content content) throws IOException {
        DurableFile.write(file, JSON.writeValueAsBytes(content));
    }
}
