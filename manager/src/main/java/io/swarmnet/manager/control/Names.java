package io.swarmnet.manager.control;

import io.swarmnet.model.error.InvalidSpecException;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Names of services and networks. Pure. */
final class Names {
    /** Longest name of a service: a DNS label. */
    static final int SERVICE_MAX = 63;

    private static final Pattern COMPONENT = Pattern.compile("[a-zA-Z0-9](?:[-_]*+[A-Za-z0-9]++)*+");
    private static final List<String> ADJECTIVES = List.of(
            "amber", "brave", "calm", "clever", "eager", "fair", "gentle", "happy", "jolly", "keen", "lucid", "merry",
            "noble", "proud", "quick", "serene", "steady", "swift", "vivid", "wise");
    private static final List<String> SURNAMES = List.of(
            "abramson",
            "baran",
            "cerf",
            "clark",
            "davies",
            "diffie",
            "engelbart",
            "feinler",
            "floyd",
            "hopper",
            "kahn",
            "kleinrock",
            "lamport",
            "licklider",
            "lovelace",
            "mockapetris",
            "perlman",
            "postel",
            "roberts",
            "shannon");

    private Names() {}

    /** @throws InvalidSpecException in swarmkit's words */
    static void checkComponent(String name) {
        if (!COMPONENT.matcher(name).matches()) {
            throw new InvalidSpecException(
                    "rpc error: code = InvalidArgument desc = name must be valid as a DNS name component");
        }
    }

    static void checkService(String name) {
        if (name.length() > SERVICE_MAX) {
            throw new InvalidSpecException(
                    "rpc error: code = InvalidArgument desc = name must be 63 characters or fewer");
        }
        checkComponent(name);
    }

    /** A name for a service that came without one, as Docker's daemon gives it. */
    static String random(RandomGenerator random) {
        return ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "_" + SURNAMES.get(random.nextInt(SURNAMES.size()));
    }
}
