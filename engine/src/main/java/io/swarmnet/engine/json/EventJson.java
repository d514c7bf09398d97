package io.swarmnet.engine.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.manager.store.Applied;
import io.swarmnet.manager.store.Change;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.EntityKind;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.NodeState;
import io.swarmnet.model.object.Service;
import io.swarmnet.worker.container.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Events as Docker tells them: of the swarm from commits, of containers from their changes. */
public final class EventJson {
    private EventJson() {}

    /** One event. */
    public record Event(
            String type, String action, String id, Map<String, String> attributes, String scope, Instant time) {
        public ObjectNode json() {
            ObjectNode json = DockerJson.object();
            boolean container = type.equals("container");
            if (container) {
                // What Docker's first clients read.
                json.put("status", action).put("id", id).put("from", attributes.getOrDefault("image", ""));
            }
            json.put("Type", type).put("Action", action);
            ObjectNode actor = json.putObject("Actor").put("ID", id);
            actor.set("Attributes", DockerJson.map(attributes));
            long nanos = time.getEpochSecond() * 1_000_000_000 + time.getNano();
            return json.put("scope", scope).put("time", time.getEpochSecond()).put("timeNano", nanos);
        }

        public boolean passes(Filters filters) {
            String name = attributes.getOrDefault("name", "");
            return filters.exact("type", type)
                    && filters.any("event", wanted -> action.equals(wanted) || action.startsWith(wanted + ":"))
                    && filters.exact("scope", scope)
                    && filters.labels("label", attributes)
                    && List.of("container", "network", "service", "node").stream()
                            .allMatch(kind -> filters.any(
                                    kind,
                                    wanted -> type.equals(kind) && (id.startsWith(wanted) || name.equals(wanted))))
                    && List.of("config", "daemon", "image", "plugin", "secret", "volume").stream()
                            .noneMatch(filters::has);
        }
    }

    /** The event of a committed change; empty for tasks and bookkeeping, of which Docker tells nothing. */
    public static Optional<Event> of(Change change, Applied applied, Instant now) {
        if (change instanceof Change.Create create) {
            return name(create.entity()).map(name -> event(create.entity(), "create", Map.of("name", name), now));
        }
        if (change instanceof Change.Update update) {
            return name(update.entity()).map(name -> {
                Map<String, String> attributes = new LinkedHashMap<>();
                attributes.put("name", name);
                differences(applied, update.entity(), attributes);
                return event(update.entity(), "update", attributes, now);
            });
        }
        Change.Delete delete = (Change.Delete) change;
        return applied.before()
                .find(delete.entityKind(), delete.key(), delete.entityKind().type())
                .map(Entity.class::cast)
                .flatMap(entity -> name(entity).map(name -> event(entity, "remove", Map.of("name", name), now)));
    }

    private static Event event(Entity entity, String action, Map<String, String> attributes, Instant now) {
        return new Event(entity.kind().name().toLowerCase(Locale.ROOT), action, entity.key(), attributes, "swarm", now);
    }

    private static Optional<String> name(Entity entity) {
        if (entity instanceof Network network) {
            return Optional.of(network.spec().name());
        }
        if (entity instanceof Service service) {
            return Optional.of(service.spec().name());
        }
        if (entity instanceof Node node) {
            return Optional.of(
                    node.description() == null ? "" : node.description().hostname());
        }
        return Optional.empty();
    }

    private static void differences(Applied applied, Entity after, Map<String, String> attributes) {
        if (after instanceof Node node) {
            applied.before().find(EntityKind.NODE, node.key(), Node.class).ifPresent(before -> {
                difference(
                        attributes,
                        "role",
                        lower(before.spec().role()),
                        lower(node.spec().role()));
                difference(
                        attributes,
                        "availability",
                        lower(before.spec().availability()),
                        lower(node.spec().availability()));
                difference(attributes, "state", state(before), state(node));
            });
        }
        if (after instanceof Service service && !service.spec().isGlobal()) {
            applied.before()
                    .find(EntityKind.SERVICE, service.key(), Service.class)
                    .ifPresent(before -> difference(
                            attributes,
                            "replicas",
                            Long.toString(before.spec().replicas()),
                            Long.toString(service.spec().replicas())));
        }
    }

    private static String state(Node node) {
        return lower(node.status() == null ? NodeState.UNKNOWN : node.status().state());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void difference(Map<String, String> attributes, String what, String before, String after) {
        if (!before.equals(after)) {
            attributes.put(what + ".new", after);
            attributes.put(what + ".old", before);
        }
    }

    /** The events between two sights of a container. */
    public static List<Event> of(Container before, Container after, Instant now) {
        List<Event> events = new ArrayList<>();
        Container.State was = before == null ? null : before.state();
        Container.State is = after.state();
        if (before == null && is != Container.State.DEAD && is != Container.State.REMOVING) {
            events.add(event(after, "create", Map.of(), now));
        }
        if (is == Container.State.RUNNING && was != is) {
            events.add(event(after, "start", Map.of(), now));
        }
        if (was == Container.State.RUNNING && is != was) {
            long seconds = after.startedAt() == null
                    ? 0
                    : Math.max(0, Duration.between(after.startedAt(), now).toSeconds());
            events.add(event(
                    after,
                    "die",
                    Map.of("execDuration", Long.toString(seconds), "exitCode", Integer.toString(after.exitCode())),
                    now));
        }
        if (is == Container.State.REMOVING || is == Container.State.DEAD && was != null) {
            events.add(event(after, "destroy", Map.of(), now));
        }
        return events;
    }

    private static Event event(Container container, String action, Map<String, String> more, Instant now) {
        Map<String, String> attributes = new TreeMap<>(container.labels());
        attributes.putAll(more);
        attributes.put("image", container.spec().image());
        attributes.put("name", container.name());
        return new Event("container", action, container.id().value(), attributes, "local", now);
    }
}
