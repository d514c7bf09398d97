package io.swarmnet.engine.api;

import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.EventJson;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.worker.container.Container;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /events}: what changed in the swarm, on a manager, and in this node's containers. The last {@value #KEPT}
 * events are kept for {@code since}. A client that reads too slowly is cut off at {@value #MAX_WAITING} events.
 */
final class Events {
    static final int KEPT = 256;
    static final int MAX_WAITING = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final Vertx vertx;
    private final Deque<EventJson.Event> kept = new ArrayDeque<>();
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final Map<String, Container> lastSeen = new HashMap<>();
    private final List<AutoCloseable> watches = new ArrayList<>();

    Events(Vertx vertx, EngineNode node) {
        this.vertx = vertx;
        node.membership().onManager(control -> keep(control.watch(this::onApplied)));
        node.started().onSuccess(up -> keep(node.worker().containers().watch(this::onContainer)));
    }

    void register(Routes routes) {
        routes.get("/events", this::stream);
    }

    int listeners() {
        return listeners.size();
    }

    private synchronized void keep(AutoCloseable watch) {
        watches.add(watch);
    }

    synchronized void close() {
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception e) {
                LOG.debug("Watch not closed because={}", e.getMessage());
            }
        }
        watches.clear();
        listeners.forEach(Listener::end);
    }

    private void onApplied(Applied applied) {
        Instant now = Instant.now();
        applied.changes().forEach(change -> EventJson.of(change, applied, now).ifPresent(this::publish));
    }

    private void onContainer(Container container) {
        Container before;
        synchronized (lastSeen) {
            before = container.state() == Container.State.DEAD || container.state() == Container.State.REMOVING
                    ? lastSeen.remove(container.id().value())
                    : lastSeen.put(container.id().value(), container);
        }
        EventJson.of(before, container, Instant.now()).forEach(this::publish);
    }

    private void publish(EventJson.Event event) {
        synchronized (kept) {
            kept.add(event);
            if (kept.size() > KEPT) {
                kept.poll();
            }
        }
        listeners.forEach(listener -> listener.offer(event));
    }

    private void stream(Call call) {
        Filters filters = call.filters(
                "config",
                "container",
                "daemon",
                "event",
                "image",
                "label",
                "network",
                "node",
                "plugin",
                "scope",
                "secret",
                "service",
                "type",
                "volume");
        Instant now = Instant.now();
        Instant since = call.query("since").isEmpty() ? null : Times.parse(call.query("since"), now);
        Instant until = call.query("until").isEmpty() ? null : Times.parse(call.query("until"), now);
        HttpServerResponse response = call.response();
        response.setChunked(true).putHeader("Content-Type", "application/json").writeHead();
        Listener listener = new Listener(response, filters, Vertx.currentContext());
        boolean over = until != null && !until.isAfter(now);
        if (!over) {
            listeners.add(listener);
        }
        if (since != null) {
            replay(listener, since, until);
        }
        if (over) {
            listener.end();
            return;
        }
        long timer = until == null
                ? -1
                : vertx.setTimer(Math.max(1, until.toEpochMilli() - now.toEpochMilli()), tick -> listener.end());
        response.closeHandler(gone -> {
            listeners.remove(listener);
            vertx.cancelTimer(timer);
        });
    }

    private void replay(Listener listener, Instant since, Instant until) {
        List<EventJson.Event> past;
        synchronized (kept) {
            past = List.copyOf(kept);
        }
        past.stream()
                .filter(event -> !event.time().isBefore(since)
                        && (until == null || !event.time().isAfter(until)))
                .forEach(listener::offer);
    }

    /** A client that listens. */
    private final class Listener {
        private final HttpServerResponse response;
        private final Filters filters;
        private final Context context;
        // Both only on the context.
        private int waiting;
        private boolean ended;

        Listener(HttpServerResponse response, Filters filters, Context context) {
            this.response = response;
            this.filters = filters;
            this.context = context;
        }

        void offer(EventJson.Event event) {
            if (event.passes(filters)) {
                context.runOnContext(now -> write(event));
            }
        }

        private void write(EventJson.Event event) {
            if (ended || response.closed()) {
                return;
            }
            if (waiting >= MAX_WAITING) {
                LOG.warn("Event listener cut off, it reads too slowly waiting={}", waiting);
                end();
                return;
            }
            waiting++;
            Buffer line = Buffer.buffer(DockerJson.bytes(event.json())).appendByte((byte) '\n');
            response.write(line).onComplete(done -> waiting--);
        }

        void end() {
            listeners.remove(this);
            context.runOnContext(now -> {
                if (!ended && !response.closed()) {
                    ended = true;
                    response.end();
                }
            });
        }
    }
}
