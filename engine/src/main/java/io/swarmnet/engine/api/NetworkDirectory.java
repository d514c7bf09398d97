package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.engine.json.NetworkJson;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.Network;
import io.swarmnet.worker.network.NodeNetworks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** All networks this node can speak of: the swarm's on a manager, those of its tasks on a worker, and its own. */
final class NetworkDirectory {
    private final EngineNode node;

    NetworkDirectory(EngineNode node) {
        this.node = node;
    }

    /**
     * A network.
     *
     * @param swarm null of a local one, and of an overlay seen from a worker
     */
    record Entry(
            String id,
            String name,
            String driver,
            String scope,
            Map<String, String> labels,
            Instant createdAt,
            Network swarm,
            ObjectNode json) {}

    List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        Optional<SwarmControl> control = node.membership().controlIfManager();
        if (control.isPresent()) {
            control.get().snapshot().networks().forEach(network -> entries.add(entry(network)));
        } else {
            node.worker()
                    .networks()
                    .overlays()
                    .forEach(view -> entries.add(new Entry(
                            view.network().id().value(),
                            view.network().name(),
                            "overlay",
                            "swarm",
                            view.network().labels(),
                            view.network().createdAt(),
                            null,
                            NetworkJson.of(view.network()))));
        }
        for (NodeNetworks.LocalNetworkView view : node.worker().networks().local()) {
            entries.add(new Entry(
                    view.id(),
                    view.name(),
                    view.driver(),
                    "local",
                    view.labels(),
                    view.createdAt(),
                    null,
                    NetworkJson.of(view)));
        }
        return entries;
    }

    private static Entry entry(Network network) {
        return new Entry(
                network.id().value(),
                network.spec().name(),
                network.spec().driver(),
                "swarm",
                network.spec().labels(),
                network.createdAt(),
                network,
                NetworkJson.of(network));
    }

    /**
     * Docker's order: full id, full name, unique prefix of an id.
     *
     * @param scope "" = any
     */
    Entry find(String reference, String scope) {
        List<Entry> entries = all().stream()
                .filter(entry -> scope.isEmpty() || entry.scope().equals(scope))
                .toList();
        Entry found = only(entries, entry -> entry.id().equals(reference), reference, "id");
        if (found == null) {
            found = only(entries, entry -> entry.name().equals(reference), reference, "name");
        }
        if (found == null) {
            found = only(entries, entry -> entry.id().startsWith(reference), reference, "ID prefix");
        }
        if (found == null) {
            throw new NotFoundException("network " + reference + " not found");
        }
        return found;
    }

    private static Entry only(List<Entry> entries, Predicate<Entry> test, String reference, String on) {
        List<Entry> matches = entries.stream().filter(test).toList();
        if (matches.size() > 1) {
            throw new InvalidSpecException(
                    "network " + reference + " is ambiguous (" + matches.size() + " matches found on " + on + ")");
        }
        return matches.isEmpty() ? null : matches.get(0);
    }

    /** The name of a network, or its id where this node does not know it. */
    String name(NetworkId id) {
        Optional<String> known = node.membership()
                .controlIfManager()
                .flatMap(control -> control.snapshot().networks().stream()
                        .filter(network -> network.id().equals(id))
                        .findFirst())
                .map(network -> network.spec().name());
        return known.or(() -> node.worker().networks().overlay(id).map(view -> view.network()
                        .name()))
                .orElse(id.value());
    }
}
