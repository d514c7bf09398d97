package io.swarmnet.vxlan.kernel;

import io.swarmnet.model.id.EndpointId;
import java.util.Optional;

/** What we write into a device's IFLA_IFALIAS: {@code swarmnet <owner> [endpoint id]}. Pure. */
final class Aliases {
    private static final String MARK = "swarmnet";

    private Aliases() {}

    static String of(String owner) {
        return MARK + " " + owner;
    }

    static String of(String owner, EndpointId endpoint) {
        return of(owner) + " " + endpoint.value();
    }

    static boolean ownedBy(String alias, String owner) {
        return alias.equals(of(owner)) || alias.startsWith(of(owner) + " ");
    }

    static Optional<EndpointId> endpoint(String alias, String owner) {
        String head = of(owner) + " ";
        if (!alias.startsWith(head)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new EndpointId(alias.substring(head.length())));
        } catch (RuntimeException e) {
            return Optional.empty(); // somebody else wrote it
        }
    }
}
