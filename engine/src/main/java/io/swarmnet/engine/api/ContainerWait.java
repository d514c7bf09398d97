package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Task;
import io.swarmnet.worker.container.Container;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;

/** {@code POST /containers/{id}/wait}: the head at once, the exit code when it is known. */
final class ContainerWait {
    private static final long POLL_MILLIS = 100;

    private final Vertx vertx;
    private final EngineNode node;
    private final ContainerFinder finder;

    ContainerWait(Vertx vertx, EngineNode node, ContainerFinder finder) {
        this.vertx = vertx;
        this.node = node;
        this.finder = finder;
    }

    void handle(Call call, String reference) {
        String condition = call.query("condition").isEmpty() ? "not-running" : call.query("condition");
        if (!List.of("not-running", "next-exit", "removed").contains(condition)) {
            throw new InvalidSpecException("invalid condition: \"" + condition + "\"");
        }
        ContainerFinder.Place place = finder.find(reference);
        HttpServerResponse response = call.response();
        response.setChunked(true).putHeader("Content-Type", "application/json");
        boolean[] wasRunning = {!condition.equals("next-exit")};
        int[] lastCode = {0};
        if (isOver(place, condition, wasRunning, lastCode)) {
            end(response, lastCode[0]);
            return;
        }
        response.writeHead();
        long timer = vertx.setPeriodic(POLL_MILLIS, tick -> {
            if (response.closed()) {
                vertx.cancelTimer(tick);
            } else if (isOver(place, condition, wasRunning, lastCode)) {
                vertx.cancelTimer(tick);
                end(response, lastCode[0]);
            }
        });
        response.closeHandler(gone -> vertx.cancelTimer(timer));
    }

    private static void end(HttpServerResponse response, int exitCode) {
        ObjectNode json = DockerJson.object().put("StatusCode", exitCode);
        response.end(Buffer.buffer(DockerJson.bytes(json)).appendByte((byte) '\n'));
    }

    /** @param sawRunning becomes true once it was seen running; {@code next-exit} waits for that first */
    private boolean isOver(ContainerFinder.Place place, String condition, boolean[] sawRunning, int[] lastCode) {
        if (place.isLocal()) {
            Container container;
            try {
                container = node.worker().containers().find(place.id().value());
            } catch (NotFoundException e) {
                return true;
            }
            sawRunning[0] |= container.state() == Container.State.RUNNING;
            lastCode[0] = container.exitCode();
            boolean stopped = container.state() != Container.State.RUNNING;
            return !condition.equals("removed") && sawRunning[0] && stopped;
        }
        Optional<Task> task = node.membership().controlIfManager().flatMap(control -> control.snapshot()
                .find(EntityKind.TASK, place.task().id().value(), Task.class));
        if (task.isEmpty()) {
            return true;
        }
        lastCode[0] = task.get().status().exitCode();
        return !condition.equals("removed") && task.get().status().state().isTerminal();
    }
}
