package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.netns.Netns;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import io.swarmnet.vxlan.bridge.OwnedNamespaces;
import io.swarmnet.vxlan.bridge.Teardown;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Overlay networks as the kernel carries them. Each network has a namespace {@code ov-<first ten of its id>} with a bridge
 * and a vxlan device for every VNI; the vxlan's UDP socket is in the underlay's namespace, where the device was made.
 * Nothing is learnt and unknown unicast is not flooded: entries come from {@link OverlayNetwork#addPeer} alone, ARP and ND
 * for peers are answered here (the vxlan device's {@code proxy}), broadcast and multicast are copied to every VTEP.
 */
public final class KernelOverlay implements OverlayDriver {
    private static final Logger LOG = LoggerFactory.getLogger(KernelOverlay.class);

    private final String owner;
    private final OwnedNamespaces namespaces;
    private final Netns underlay;

    /**
     * @param owner instance id of the daemon; goes into the alias of every device
     * @param directory where namespaces are pinned; made if missing, used by this owner alone
     * @param underlay the namespace whose routes and port the tunnels use, {@link Netns#host()} of a daemon
     */
    public KernelOverlay(String owner, Path directory, Netns underlay) {
        this.owner = owner;
        this.namespaces = new OwnedNamespaces(owner, directory);
        this.underlay = underlay;
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public OverlayNetwork open(OverlayConfig config) {
        String shortName = OverlayDriver.shortName(config.network());
        Netns netns = namespaces.of(shortName);
        boolean adopted = netns.exists();
        if (adopted) {
            namespaces.refuseStranger(netns);
        } else {
            Netns.create(netns.path());
        }
        try {
            return KernelNetwork.open(config, shortName, owner, netns, underlay);
        } catch (RuntimeException e) {
            if (!adopted) {
                takeDown(shortName, e);
            }
            throw e;
        }
    }

    private void takeDown(String shortName, RuntimeException cause) {
        try {
            remove(shortName);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public List<String> found() {
        return namespaces.found();
    }

    @Override
    public void remove(String found) {
        Netns netns = namespaces.of(found);
        RuntimeException failure = null;
        if (netns.exists()) {
            namespaces.refuseStranger(netns);
            failure = Teardown.links(netns);
        }
        failure = Teardown.step(failure, () -> Segment.removeHalfMade(found, owner, underlay));
        failure = Teardown.step(failure, netns::delete);
        if (failure != null) {
            throw failure;
        }
        LOG.info("Overlay removed from the kernel network={}", found);
    }
}
