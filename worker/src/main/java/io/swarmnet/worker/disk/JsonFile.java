package io.swarmnet.worker.disk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.swarmnet.linux.file.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Records of ours on disk as JSON that a person can read: the value's fields after {@code "version"}. Replaced as a whole
 * and durably; unknown fields are skipped on reading.
 */
public final class JsonFile {
    /** For texts that other programs read as well, such as an OCI bundle's. */
    public static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final int VERSION = 1;

    private record Versioned(int version, JsonNode value) {}

    private JsonFile() {}

    /** Replaces the file; mode 0600. */
    public static void write(Path file, Object value) throws IOException {
        Versioned versioned = new Versioned(VERSION, JSON.valueToTree(value));
        DurableFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(versioned));
    }

    /** @throws IOException when the file is there and cannot be understood; the message names file and place */
    public static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        Optional<byte[]> bytes = DurableFile.read(file);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            Versioned versioned = JSON.readValue(bytes.get(), Versioned.class);
            if (versioned.version() != VERSION || versioned.value() == null) {
                throw new IOException(file + ": version " + versioned.version() + "; this build reads " + VERSION);
            }
            return Optional.of(JSON.treeToValue(versioned.value(), type));
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage() + " at " + e.getLocation(), e);
        }
    }
}
