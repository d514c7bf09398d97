package io.swarmnet.worker.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.id.Ids;
import io.swarmnet.worker.disk.JsonFile;
import java.time.Instant;
import java.util.List;

/**
 * An image as it lies on disk. Pure.
 *
 * @param id {@code sha256:} of {@code document}'s UTF-8 bytes
 * @param document the image's configuration in the form of the OCI image specification
 */
record StoredImage(String id, Instant createdAt, long sizeBytes, ImageConfig config, String document) {
    static StoredImage of(ImageConfig config, TarUnpacker.Unpacked unpacked, Instant createdAt, String message) {
        String document = document(config, unpacked.diffId(), createdAt, message);
        return new StoredImage("sha256:" + Ids.sha256Hex(document), createdAt, unpacked.bytes(), config, document);
    }

    Images.Image image(List<String> tags) {
        return new Images.Image(
                id,
                tags,
                createdAt,
                sizeBytes,
                config.entrypoint(),
                config.command(),
                config.env(),
                config.workingDir(),
                config.user(),
                config.stopSignal(),
                config.exposedPorts());
    }

    private static String document(ImageConfig config, String diffId, Instant createdAt, String message) {
        ObjectNode image = JsonFile.JSON.createObjectNode();
        image.put("architecture", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        image.put("os", "linux");
        image.put("created", createdAt.toString());
        image.put("comment", message);
        ObjectNode run = image.putObject("config");
        config.env().forEach(run.putArray("Env")::add);
        put(run, "Entrypoint", config.entrypoint());
        put(run, "Cmd", config.command());
        run.put("WorkingDir", config.workingDir());
        run.put("User", config.user());
        if (!config.stopSignal().isEmpty()) {
            run.put("StopSignal", config.stopSignal());
        }
        ObjectNode ports = run.putObject("ExposedPorts");
        config.exposedPorts().forEach(ports::putObject);
        ObjectNode rootfs = image.putObject("rootfs");
        rootfs.put("type", "layers");
        rootfs.putArray("diff_ids").add(diffId);
        image.putArray("history")
                .addObject()
                .put("created", createdAt.toString())
                .put("comment", message);
        try {
            return JsonFile.JSON.writeValueAsString(image);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of texts can be written", e);
        }
    }

    private static void put(ObjectNode node, String name, List<String> words) {
        if (!words.isEmpty()) {
            ArrayNode array = node.putArray(name);
            words.forEach(array::add);
        }
    }
}
