package io.swarmnet.vxlan.bridge;

import io.swarmnet.linux.Errno;
import io.swarmnet.linux.KernelException;
import io.swarmnet.linux.netlink.NetlinkHandle;
import io.swarmnet.linux.netlink.wire.Link;
import io.swarmnet.linux.netns.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The namespaces {@code ov-<first ten of the network's id>} of one owner's overlay networks.
 *
 * @param owner instance id of the daemon; stands in the alias of every device
 * @param directory where they are pinned; made if missing, used by this owner alone
 */
public record OwnedNamespaces(String owner, Path directory) {
    private static final String PREFIX = "ov-";

    /** Names of networks whose namespace is there and ours. */
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

    /** The network's namespace, there or not. */
    public Netns of(String shortName) {
        if (!shortName.matches("[0-9A-Za-z_-]{1,10}")) {
            throw new IllegalArgumentException("Not the short name of a network: " + shortName);
        }
        return new Netns(directory.resolve(PREFIX + shortName));
    }

    /** Throws {@code EEXIST} if a device in it has another owner. */
    public void refuseStranger(Netns netns) {
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
