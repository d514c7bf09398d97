package io.swarmnet.worker.kernel;

import io.swarmnet.model.id.Ids;
import java.nio.file.Path;

/**
 * Whose a kernel object is (details A): every link, table, namespace and cgroup we make carries this, and a daemon adopts
 * or removes only its own.
 *
 * @param instance first 8 hexadecimal digits of SHA-256 of the data root's path
 */
public record Owner(String instance) {
    private static final int DIGITS = 8;

    public static Owner of(Path dataRoot) {
        return new Owner(
                Ids.sha256Hex(dataRoot.toAbsolutePath().normalize().toString()).substring(0, DIGITS));
    }

    /** The alias of a link, {@code swarmnet <instance>}. */
    public String alias() {
        return "swarmnet " + instance;
    }
}
