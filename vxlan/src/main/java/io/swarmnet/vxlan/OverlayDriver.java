package io.swarmnet.vxlan;

import io.swarmnet.model.id.NetworkId;
import java.util.List;

/**
 * Makes overlay networks on this node: the seam behind which data planes and plugins stand. All methods block and are
 * called through the worker's one kernel executor.
 */
public interface OverlayDriver {
    /** {@code kernel} or {@code userspace}. */
    String name();

    /**
     * Makes the network's namespace, bridge and tunnel end, or adopts and repairs those of this owner that are there. What
     * was half made when it fails is taken down again.
     */
    OverlayNetwork open(OverlayConfig config);

    /** Networks of this owner that exist in the kernel, wanted or not. Entries are the first ten characters of their ids. */
    List<String> found();

    /** Removes what is left in the kernel of a network that {@link #found} named. Does nothing when nothing is there. */
    void remove(String found);

    /** True when the network's leftovers are those that {@link #found} calls so. */
    static boolean isNamed(NetworkId network, String found) {
        return found.equals(shortName(network));
    }

    /** First ten characters of the id, as Docker names its overlay namespaces. */
    static String shortName(NetworkId network) {
        return network.value().substring(0, Math.min(10, network.value().length()));
    }
}
