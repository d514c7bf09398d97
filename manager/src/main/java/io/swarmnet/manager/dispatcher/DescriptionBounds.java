package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.net.HostRoute;
import io.swarmnet.model.object.NodeDescription;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a node may say of itself: bounded, without gaps, and with the key of its certificate and no other. Pure. */
final class DescriptionBounds {
    private static final int TEXT_CHARS = 256;
    private static final int ADDRESSES = 32;
    private static final int ROUTES = 4_096;
    private static final int LABELS = 256;

    private DescriptionBounds() {}

    /** Why the description is refused, or null. */
    static String refusal(NodeDescription told) {
        if (told == null || told.hostname() == null || told.hostname().isEmpty()) {
            return "a node says its hostname";
        }
        if (isLong(told.hostname())
                || isLong(told.architecture())
                || isLong(told.operatingSystem())
                || isLong(told.engineVersion())) {
            return "a text of the description is longer than " + TEXT_CHARS + " characters";
        }
        if (isMany(told.addresses(), ADDRESSES)
                || isMany(told.vteps(), ADDRESSES)
                || isMany(told.resolvers(), ADDRESSES)) {
            return "more than " + ADDRESSES + " addresses of a kind, or an empty one";
        }
        if (isMany(told.routes(), ROUTES)) {
            return "more than " + ROUTES + " routes, or an empty one";
        }
        if (told.routes() != null && told.routes().stream().anyMatch(DescriptionBounds::isNoRoute)) {
            return "a route has a destination, and a device of at most " + TEXT_CHARS + " characters";
        }
        if (told.engineLabels() != null && isNoLabels(told.engineLabels())) {
            return "more than " + LABELS + " labels, or one without or with too long a value";
        }
        boolean ports = isPort(told.gossipPort()) && isPort(told.dataPathPort());
        return ports ? null : "a port is 0 to 65535";
    }

    /** Lists and texts that were not told are empty; the key is the certificate's. */
    static NodeDescription complete(NodeDescription told, byte[] publicKey) {
        return new NodeDescription(
                told.hostname(),
                Objects.requireNonNullElse(told.architecture(), ""),
                Objects.requireNonNullElse(told.operatingSystem(), ""),
                told.nanoCpus(),
                told.memoryBytes(),
                Objects.requireNonNullElse(told.engineVersion(), ""),
                Objects.requireNonNullElse(told.engineLabels(), Map.of()),
                Objects.requireNonNullElse(told.addresses(), List.of()),
                Objects.requireNonNullElse(told.vteps(), List.of()),
                told.gossipPort(),
                told.dataPathPort(),
                Objects.requireNonNullElse(told.routes(), List.of()),
                Objects.requireNonNullElse(told.resolvers(), List.of()),
                told.managerAddress(),
                publicKey);
    }

    private static boolean isLong(String text) {
        return text != null && text.length() > TEXT_CHARS;
    }

    private static boolean isMany(Collection<?> values, int limit) {
        return values != null && (values.size() > limit || values.stream().anyMatch(Objects::isNull));
    }

    private static boolean isNoRoute(HostRoute route) {
        return route.destination() == null || route.device() == null || isLong(route.device());
    }

    private static boolean isNoLabels(Map<String, String> labels) {
        return labels.size() > LABELS
                || labels.entrySet().stream()
                        .anyMatch(label ->
                                isLong(label.getKey()) || label.getValue() == null || isLong(label.getValue()));
    }

    private static boolean isPort(int port) {
        return port >= 0 && port <= 65_535;
    }
}
