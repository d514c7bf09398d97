package io.swarmnet.vxlan.kernel;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netns.Netns;
import io.swarmnet.vxlan.OverlayConfig;
import io.swarmnet.vxlan.OverlayDriver;
import io.swarmnet.vxlan.OverlayNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
    private static final String PREFIX = "ov-";

    private final String owner;
    private final Path directory;
    private final Netns underlay;

    /**
     * @param owner instance id of the daemon; goes into the alias of every device
     * @param directory where namespaces are pinned; made if missing, used by this owner alone
     * @param underlay the namespace whose routes and port the tunnels use, {@link Netns#host()} of a daemon
     */
    public KernelOverlay(String owner, Path directory, Netns underlay) {
        this.owner = owner;
        this.directory = directory;
        this.underlay = underlay;
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public OverlayNetwork open(OverlayConfig config) {
        String shortName = OverlayDriver.shortName(config.network());
        Netns netns = new Netns(path(shortName));
        boolean adopted = netns.exists();
        if (adopted) {
            refuseStranger(netns);
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
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX))
                    .filter(name -> ours(new Netns(directory.resolve(name))))
                    .map(name -> name.substring(PREFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + directory, e);
        }
    }

    @Override
    public void remove(String found) {
        Netns netns = new Netns(path(found));
        RuntimeException failure = null;
        if (netns.exists()) {
            refuseStranger(netns);
            failure = Teardown.links(netns);
        }
        failure = Teardown.step(failure, () -> Segment.removeHalfMade(found, owner, underlay));
        failure = Teardown.step(failure, netns::delete);
        if (failure != null) {
            throw failure;
        }
        LOG.info("Overlay removed from the kernel network={}", found);
    }

    private Path path(String shortName) {
        if (!shortName.matches("[0-9A-Za-z_-]{1,10}")) {
            throw new IllegalArgumentException("Not the short name of a network: " + shortName);
        }
        return directory.resolve(PREFIX + shortName);
    }

    private void refuseStranger(Netns netns) {
        if (!ours(netns)) {
            throw new KernelException("overlay " + netns + " of owner " + owner, Errno.EEXIST, "it has another owner");
        }
    }

    /** Our directory, so ours unless a device in it says otherwise; half-made ones and files left by a reboot too. */
    private boolean ours(Netns netns) {
        if (!netns.exists()) {
            return true;
        }
        try (NetlinkHandle handle = NetlinkHandle.open(netns)) {
            return handle.links().stream()
                    .map(Link::alias)
                    .allMatch(alias -> alias.isEmpty() || Aliases.ownedBy(alias, owner));
        }
    }
}
