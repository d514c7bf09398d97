package io.swarmnet.engine.daemon;

import io.swarmnet.engine.api.Membership;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.worker.Placement;
import io.swarmnet.worker.kernel.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where a node's part in a swarm lies on disk, and where the node is found on the network. Blocks. */
final class SwarmFiles {
    private final DaemonConfig config;

    SwarmFiles(DaemonConfig config) {
        this.config = config;
    }

    private Path swarmDirectory() {
        return config.dataRoot().resolve("swarm");
    }

    ManagerParts.Site site(HostPort listen, HostPort self) {
        return new ManagerParts.Site(
                swarmDirectory().resolve("manager"),
                config.execRoot(),
                Owner.of(config.dataRoot()).instance(),
                listen,
                self);
    }

    /** Removes identity, store and key. */
    void wipe() throws IOException {
        if (!Files.exists(swarmDirectory())) {
            return;
        }
        try (Stream<Path> all = Files.walk(swarmDirectory())) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Where a joining worker is found: what it asked for, or the address it speaks to the manager from. */
    NodeFile.InSwarm placeWorker(Membership.Join request, HostPort manager) throws IOException {
        AddressChoice choice = HostAddresses.choice();
        HostPort listen = choice.listen(request.listenAddress(), config.listenAddress());
        HostPort advertised = request.advertiseAddress().isEmpty() && AddressChoice.isAny(listen.address())
                ? new HostPort(HostAddresses.towards(manager), listen.port())
                : choice.advertise(request.advertiseAddress(), listen);
        IpAddress vtep = choice.dataPath(request.dataPathAddress(), advertised.address());
        Placement placement = new Placement(
                List.of(advertised.address()), List.of(vtep), config.gossipPort(), config.dataPathPort(), null);
        return new NodeFile.InSwarm(placement, List.of(manager), null);
    }

    /** A manager's address as the user gave it: a literal or a name, with a port or without. */
    static HostPort resolve(String remote) {
        try {
            return HostPort.parse(remote, AddressChoice.DEFAULT_PORT);
        } catch (IllegalArgumentException e) {
            int colon = remote.lastIndexOf(':');
            String name = colon < 0 ? remote : remote.substring(0, colon);
            String port = colon < 0 ? Integer.toString(AddressChoice.DEFAULT_PORT) : remote.substring(colon + 1);
            if (name.isEmpty() || !port.matches("[1-9][0-9]{0,4}")) {
                throw new InvalidSpecException("invalid manager address \"" + remote + "\": host:port is expected");
            }
            try {
                return new HostPort(IpAddress.of(InetAddress.getByName(name)), Integer.parseInt(port));
            } catch (UnknownHostException | IllegalArgumentException unknown) {
                throw new InvalidSpecException("the manager's name \"" + name + "\" is not known here");
            }
        }
    }
}
