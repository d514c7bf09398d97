package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.object;
import static io.swarmnet.engine.json.DockerJson.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.worker.image.Images.Image;

/** An image as {@code GET /images/json} and {@code GET /images/{name}/json} show it. */
public final class ImageJson {
    private ImageJson() {}

    public static ObjectNode row(Image image) {
        ObjectNode json = object().put("Containers", -1)
                .put("Created", image.createdAt().getEpochSecond())
                .put("Id", image.id())
                .putNull("Labels")
                .put("ParentId", "");
        json.putArray("RepoDigests");
        json.set("RepoTags", texts(image.tags()));
        return json.put("SharedSize", -1).put("Size", image.sizeBytes());
    }

    /** @param architecture Go's name of this machine's */
    public static ObjectNode inspect(Image image, String architecture) {
        ObjectNode json = object().put("Id", image.id());
        json.set("RepoTags", texts(image.tags()));
        json.putArray("RepoDigests");
        json.put("Parent", "").put("Comment", "");
        json.put("Created", DockerJson.time(image.createdAt()))
                .put("DockerVersion", "")
                .put("Author", "");
        json.set("Config", config(image));
        json.put("Architecture", architecture).put("Os", "linux").put("Size", image.sizeBytes());
        json.putObject("GraphDriver").putNull("Data").put("Name", "overlay2");
        json.putObject("RootFS").put("Type", "layers").putArray("Layers").add(image.id());
        json.putObject("Metadata").put("LastTagTime", DockerJson.ZERO_TIME);
        return json;
    }

    private static ObjectNode config(Image image) {
        ObjectNode json = object();
        if (image.user() != null && !image.user().isEmpty()) {
            json.put("User", image.user());
        }
        if (!image.exposedPorts().isEmpty()) {
            ObjectNode ports = json.putObject("ExposedPorts");
            image.exposedPorts().forEach(ports::putObject);
        }
        if (!image.env().isEmpty()) {
            json.set("Env", texts(image.env()));
        }
        if (!image.command().isEmpty()) {
            json.set("Cmd", texts(image.command()));
        }
        if (image.workingDir() != null && !image.workingDir().isEmpty()) {
            json.put("WorkingDir", image.workingDir());
        }
        if (!image.entrypoint().isEmpty()) {
            json.set("Entrypoint", texts(image.entrypoint()));
        }
        if (image.stopSignal() != null && !image.stopSignal().isEmpty()) {
            json.put("StopSignal", image.stopSignal());
        }
        return json;
    }
}
