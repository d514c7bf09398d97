package io.swarmnet.engine.daemon;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@code swarmnetd} is told by flags and by its configuration file. A key of the file is a flag's name without the
 * dashes; {@code host} and {@code host-image-hidden} may be arrays. A flag wins over the file.
 *
 * @param dataRoot {@code data-root}: what survives restarts; one daemon at a time
 * @param execRoot {@code exec-root}: sockets and namespaces, gone with the host's next start
 * @param hosts {@code host}: where the API listens, {@code unix:///path} or {@code tcp://ip:port}
 * @param tls {@code tls}: false allows tcp:// without certificates, which is all there is so far
 * @param hostname {@code hostname}: the node's name in the swarm
 * @param listenAddress {@code listen-addr}: where a manager's port is opened unless swarm init or join names another
 * @param gossipPort {@code gossip-port}: UDP and TCP, 1 to 65535; the next free one when taken
 * @param dataPathPort {@code data-path-port}: UDP of VXLAN, 0 = what the swarm says
 * @param dataPlane {@code data-plane}: {@code auto}, {@code kernel} or {@code userspace}
 * @param hostImage {@code host-image}: offer the node's own root file system as image {@code host}
 * @param hostImageHidden {@code host-image-hidden}: absolute paths that image hides beside the usual ones
 * @param pidFile {@code pidfile}: null = none
 * @param logLevel {@code log-level}: error, warn, info or debug
 */
public record DaemonConfig(
        Path dataRoot,
        Path execRoot,
        List<String> hosts,
        boolean tls,
        String hostname,
        String listenAddress,
        int gossipPort,
        int dataPathPort,
        String dataPlane,
        boolean hostImage,
        List<Path> hostImageHidden,
        Path pidFile,
        String logLevel) {}
