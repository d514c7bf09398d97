package io.swarmnet.worker.agent;

import io.swarmnet.linux.file.DurableFile;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The last assignment, kept so that a restarted daemon goes on while its manager is away. Blocks. */
public final class AssignmentFile {
    private final Path file;

    public AssignmentFile(Path dataRoot) {
        this.file = dataRoot.resolve("worker").resolve("assignment");
    }

    /**
     * What is kept.
     *
     * @param dataPathPort of the swarm, as the last welcome named it
     */
    public record Stored(Assignment assignment, int dataPathPort) {}

    public void save(Stored stored) throws IOException {
        DurableFile.write(file, Encoding.encode(stored));
    }

    /** @throws IOException when it is there and unreadable, naming the file */
    public Optional<Stored> load() throws IOException {
        Optional<byte[]> bytes = DurableFile.read(file);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Encoding.decode(bytes.get(), Stored.class));
        } catch (DecodeException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    public void delete() throws IOException {
        DurableFile.delete(file);
    }
}
