package io.swarmnet.deploy.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swarmnet.linux.file.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a lab keeps what it is made of.
 *
 * @param directory one folder with all of it, removed with the lab
 * @param prefix of the names of its network namespaces
 */
record LabPlace(Path directory, String prefix) {
    private static final String VARIABLE = "SWARMNET_LAB";

    static final String UNDERLAY = "underlay";
    static final String OUTSIDE = "outside";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The lab as it was made: its nodes in order, and the outside host. */
    record Made(List<LabHost> nodes, LabHost outside) {}

    /** The user's lab, or the one that the environment's SWARMNET_LAB names: several may be up beside each other. */
    static LabPlace ofEnvironment() {
        String name = System.getenv().getOrDefault(VARIABLE, "");
        if (!name.matches("[a-z0-9]{0,8}")) {
            throw new IllegalArgumentException(VARIABLE + " is at most 8 of a-z and 0-9, not " + name);
        }
        return name.isEmpty()
                ? new LabPlace(Path.of("/var/lib/swarmnet-lab"), "swarmnet-")
                : new LabPlace(Path.of("/var/lib/swarmnet-lab-" + name), "swarmnet-" + name + "-");
    }

    /** The folders of this lab and of every other that is up now. */
    List<Path> all() {
        List<Path> all = new ArrayList<>(List.of(directory));
        try (Stream<Path> beside = Files.list(directory.getParent())) {
            beside.filter(path -> path.getFileName().toString().startsWith("swarmnet-lab"))
                    .filter(path -> !path.equals(directory))
                    .forEach(all::add);
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory.getParent() + ": " + e.getMessage(), e);
        }
        return all;
    }

    /** Under the name that {@code ip netns exec} knows. */
    Path netns(String name) {
        return Path.of("/run/netns", prefix + name);
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
