package io.swarmnet.deploy.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swarmnet.linux.file.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a lab keeps what it is made of.
 *
 * @param directory one folder with all of it, removed with the lab
 */
record LabPlace(Path directory) {
    static final LabPlace DEFAULT = new LabPlace(Path.of("/var/lib/swarmnet-lab"));
    static final String UNDERLAY = "underlay";
    static final String OUTSIDE = "outside";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The lab as it was made: its nodes in order, and the outside host. */
    record Made(List<LabHost> nodes, LabHost outside) {}

    static Path netns(String name) {
        return Path.of("/run/netns", "swarmnet-" + name);
    }

    private Path file() {
        return directory.resolve("lab.json");
    }

    void store(Made made) throws IOException {
        DurableFile.write(file(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(made));
    }

    Optional<Made> load() {
        try {
            Optional<byte[]> bytes = DurableFile.read(file());
            return bytes.isEmpty() ? Optional.empty() : Optional.of(JSON.readValue(bytes.get(), Made.class));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file() + ": " + e.getMessage(), e);
        }
    }
}
