package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.ContainerJson;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.model.wire.Encoding;
import io.swarmnet.worker.container.Container;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** {@code /containers}: list, inspect, logs, wait. Those of tasks on other nodes are reached through a manager. */
final class ContainerRoutes {
    private final EngineNode node;
    private final NetworkDirectory networks;
    private final ContainerFinder finder;
    private final ContainerWait wait;

    ContainerRoutes(Vertx vertx, EngineNode node) {
        this.node = node;
        this.networks = new NetworkDirectory(node);
        this.finder = new ContainerFinder(node);
        this.wait = new ContainerWait(vertx, node, finder);
    }

    void register(Routes routes) {
        routes.get("/containers/json", this::list);
        routes.get("/containers/{name}/json", this::inspect);
        routes.get("/containers/{name}/logs", this::logs);
        routes.post("/containers/{name}/wait", call -> wait.handle(call, call.path("name")));
    }

    private void list(Call call) {
        Filters filters = call.filters(
                "ancestor", "exited", "id", "is-task", "label", "name", "network", "status", "before", "since");
        for (String status : filters.values("status")) {
            if (!List.of("created", "restarting", "running", "removing", "paused", "exited", "dead")
                    .contains(status)) {
                throw new InvalidSpecException("invalid filter 'status=" + status + "'");
            }
        }
        boolean all = call.flag("all") || filters.has("status") || filters.has("exited");
        int limit = call.query("limit").matches("[0-9]{1,9}") ? Integer.parseInt(call.query("limit")) : 0;
        ContainerJson json = new ContainerJson(networks::name);
        Instant now = Instant.now();
        ArrayNode list = DockerJson.array();
        for (Container container : node.worker().containers().list()) {
            boolean shown = all || limit > 0 || container.state() == Container.State.RUNNING;
            if (shown && passes(filters, container) && (limit == 0 || list.size() < limit)) {
                list.add(json.row(container, now));
            }
        }
        call.json(200, list);
    }

    private boolean passes(Filters filters, Container container) {
        if (filters.has("before") || filters.has("since")) {
            throw new InvalidSpecException("the filters 'before' and 'since' are not supported by swarmnet yet");
        }
        Boolean isTask = filters.flag("is-task");
        String image = container.spec().image();
        return filters.prefix("id", container.id().value())
                && filters.nameMatch("name", container.name())
                && filters.labels("label", container.labels())
                && filters.exact("status", container.state().name().toLowerCase(Locale.ROOT))
                && filters.any(
                        "exited",
                        code -> container.state() == Container.State.EXITED
                                && code.equals(Integer.toString(container.exitCode())))
                && filters.any(
                        "ancestor",
                        wanted -> image.equals(wanted)
                                || image.equals(wanted + ":latest")
                                || container.imageId().equals(wanted))
                && filters.any("network", wanted -> container.attachments().stream()
                        .anyMatch(attachment -> attachment.network().value().startsWith(wanted)
                                || networks.name(attachment.network()).equals(wanted)))
                && (isTask == null || isTask == (container.task() != null));
    }

    private void inspect(Call call) {
        ContainerFinder.Place place = finder.find(call.path("name"));
        Future<Container> container = place.isLocal()
                ? Future.succeededFuture(place.local())
                : finder.ask(place, new NodeRequest.Inspect(place.id()))
                        .compose(answer -> ContainerFinder.expect(NodeAnswer.Container.class, answer))
                        .compose(ContainerRoutes::decode);
        call.when(container, found -> {
            ObjectNode json = new ContainerJson(networks::name).inspect(found);
            call.json(200, json);
        });
    }

    private static Future<Container> decode(NodeAnswer.Container answer) {
        try {
            return Future.succeededFuture(Encoding.decode(answer.json(), Container.class));
        } catch (DecodeException e) {
            return Future.failedFuture(
                    new IllegalStateException("the node's answer is not a container: " + e.getMessage()));
        }
    }

    private void logs(Call call) {
        ContainerFinder.Place place = finder.find(call.path("name"));
        LogOptions options = LogOptions.of(call);
        boolean tty = place.isLocal()
                ? place.local().spec().tty()
                : place.task().spec().container().tty();
        HttpServerResponse response = call.response();
        // The first piece is read before the head goes out, so that a failure is still an answer with its status.
        long waitMillis = options.follow() ? OutputStreamer.WAIT_MILLIS : 0;
        call.when(finder.readLogs(place, 0, options.tail(), 0, OutputStreamer.MAX_BYTES), first -> {
            response.setChunked(true)
                    .putHeader("Content-Type", Frame.contentType(tty, call.minor()))
                    .writeHead();
            boolean[] begun = {false};
            OutputStreamer.run(
                            cursor -> {
                                if (!begun[0]) {
                                    begun[0] = true;
                                    return Future.succeededFuture(first);
                                }
                                return finder.readLogs(
                                        place, cursor, options.tail(), waitMillis, OutputStreamer.MAX_BYTES);
                            },
                            new ResponseSink(response),
                            options.format(tty, ""),
                            options.follow())
                    .onComplete(end -> finish(response, tty, end.cause()));
        });
    }

    private static void finish(HttpServerResponse response, boolean tty, Throwable failure) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (failure == null) {
            response.end();
        } else {
            response.end(tty ? Buffer.buffer(failure.getMessage()) : Frame.error(failure.getMessage()));
        }
    }

    /** The body of an answer as a sink. */
    record ResponseSink(HttpServerResponse response) implements OutputStreamer.Sink {
        @Override
        public Future<Void> write(Buffer bytes) {
            return response.write(bytes);
        }

        @Override
        public boolean isClosed() {
            return response.closed() || response.ended();
        }
    }
}
