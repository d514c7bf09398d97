package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.engine.json.ImageJson;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.worker.image.Images;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;
import java.util.UUID;

/** {@code /images}: those of this node; new ones come by {@code docker import}. */
final class ImageRoutes {
    private static final String NO_PULL =
            "pulling from a registry is not there yet: load the image on each node with docker import";

    private final Vertx vertx;
    private final EngineNode node;

    ImageRoutes(Vertx vertx, EngineNode node) {
        this.vertx = vertx;
        this.node = node;
    }

    void register(Routes routes) {
        routes.get("/images/json", this::list);
        routes.get(
                "/images/{name*}/json",
                call -> call.json(
                        200,
                        ImageJson.inspect(
                                images().find(call.path("name")), node.host().goArchitecture())));
        routes.postStream("/images/create", this::create);
        routes.post("/images/{name*}/tag", this::tag);
        routes.delete("/images/{name*}", this::remove);
    }

    private Images images() {
        return node.worker().images();
    }

    private void list(Call call) {
        Filters filters = call.filters("reference", "dangling", "label", "before", "since", "until");
        if (filters.has("before") || filters.has("since") || filters.has("until")) {
            throw new InvalidSpecException(
                    "the image filters before, since and until are not supported by swarmnet yet");
        }
        Boolean dangling = filters.flag("dangling");
        ArrayNode list = DockerJson.array();
        images().list().stream()
                .filter(image -> dangling == null || dangling == image.tags().isEmpty())
                .filter(image -> filters.labels("label", java.util.Map.of()))
                .filter(image -> filters.any("reference", wanted -> image.tags().stream()
                        .anyMatch(tag -> tag.equals(wanted) || tag.startsWith(wanted + ":"))))
                .forEach(image -> list.add(ImageJson.row(image)));
        call.json(200, list);
    }

    /** {@code docker import}: the body goes to a file while it comes, then into the store. */
    private void create(Call call) {
        if (call.query("fromSrc").isEmpty()) {
            call.context().request().resume();
            throw new NotSupportedException(NO_PULL);
        }
        if (!call.query("fromSrc").equals("-")) {
            call.context().request().resume();
            throw new NotSupportedException(
                    "importing from an address is not there yet: give the file, docker import FILE");
        }
        String repository = call.query("repo");
        String tag = call.query("tag").isEmpty() ? "latest" : call.query("tag");
        boolean tagged = repository.lastIndexOf(':') > repository.lastIndexOf('/');
        String reference = repository.isEmpty() ? null : tagged ? repository : repository + ":" + tag;
        Path file = node.scratch().resolve("import-" + UUID.randomUUID() + ".tar");
        call.context().request().pause();
        Future<Images.Image> imported = vertx.fileSystem()
                .mkdirs(node.scratch().toString())
                .compose(made -> vertx.fileSystem()
                        .open(
                                file.toString(),
                                new OpenOptions().setCreateNew(true).setWrite(true)))
                .compose(target -> call.context().request().pipeTo(target))
                .compose(received ->
                        images().importTarball(file, reference, call.queries("changes"), call.query("message")))
                .eventually(() -> vertx.fileSystem().delete(file.toString()).otherwiseEmpty());
        call.when(imported, image -> call.json(200, DockerJson.object().put("status", image.id())));
    }

    private void tag(Call call) {
        String repository = call.query("repo");
        if (repository.isEmpty()) {
            throw new InvalidSpecException("invalid reference format: repo is empty");
        }
        String tag = call.query("tag").isEmpty() ? "latest" : call.query("tag");
        call.when(images().tag(call.path("name"), repository + ":" + tag), done -> call.empty(201));
    }

    private void remove(Call call) {
        call.when(images().remove(call.path("name"), call.flag("force")), lines -> {
            ArrayNode list = DockerJson.array();
            for (String line : lines) {
                ObjectNode entry = list.addObject();
                entry.put(line.startsWith("sha256:") ? "Deleted" : "Untagged", line);
            }
            call.json(200, list);
        });
    }
}
