package io.swarmnet.vxlan.bridge;

import io.swarmnet.model.id.EndpointId;
import java.util.Optional;

/** What we write into a device's IFLA_IFALIAS: {@code swarmnet <owner> [endpoint id]}. Pure. */
public final class Aliases {
    private static final String MARK = "swarmnet";

    private Aliases() {}

    /** Of what belongs to the daemon as such. */
    public static String of(String owner) {
        return MARK + " " + owner;
    }

    /** Of an endpoint's port. */
    public static String of(String owner, EndpointId endpoint) {
        return of(owner) + " " + endpoint.value();
    }

    /** True if the alias is that owner's. */
    public static boolean ownedBy(String alias, String owner) {
        return alias.equals(of(owner)) || alias.startsWith(of(owner) + " ");
    }

    /** The endpoint of a port of that owner; empty for other devices. */
    public static Optional<EndpointId> endpoint(String alias, String owner) {
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
