package io.swarmnet.manager.control;

import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.object.Entity;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.Node;
import io.swarmnet.model.object.Service;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Finds what a user means: a whole id, else a whole name, else the beginning of one id only. Pure. */
final class References {
    private References() {}

    /** @throws NotFoundException or InvalidSpecException in Docker's words */
    static Network network(Snapshot state, String reference) {
        return find("network", state.networks(), network -> network.spec().name(), reference);
    }

    static Service service(Snapshot state, String reference) {
        return find("service", state.services(), service -> service.spec().name(), reference);
    }

    static Node node(Snapshot state, String reference) {
        return find(
                "node",
                state.nodes(),
                node -> node.description() == null ? null : node.description().hostname(),
                reference);
    }

    private static <T extends Entity> T find(
            String kind, Collection<T> all, Function<T, String> nameOf, String reference) {
        if (reference == null || reference.isEmpty()) {
            throw new InvalidSpecException("invalid " + kind + " name or ID: it is empty");
        }
        for (T entity : all) {
            if (entity.key().equals(reference)) {
                return entity;
            }
        }
        List<T> named = all.stream()
                .filter(entity -> reference.equals(nameOf.apply(entity)))
                .toList();
        if (!named.isEmpty()) {
            return only(kind, named, reference, "on name");
        }
        List<T> begun = all.stream()
                .filter(entity -> entity.key().startsWith(reference))
                .toList();
        if (begun.isEmpty()) {
            throw new NotFoundException(kind + " " + reference + " not found");
        }
        return only(kind, begun, reference, "based on ID prefix");
    }

    private static <T> T only(String kind, List<T> matches, String reference, String how) {
        if (matches.size() > 1) {
            throw new InvalidSpecException(
                    kind + " " + reference + " is ambiguous (" + matches.size() + " matches found " + how + ")");
        }
        return matches.get(0);
    }
}
