package io.swarmnet.worker.network;

import io.swarmnet.model.error.PoolExhaustedException;
import io.swarmnet.model.net.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds a port that another daemon of this network namespace has not taken (details A). Blocks. */
public final class FreePort {
    private static final int TRIES = 64;

    private FreePort() {}

    /** The wanted port if both UDP and TCP are free there, else the next one where they are. */
    public static int udpAndTcp(IpAddress address, int wanted) {
        IOException last = null;
        for (int port = wanted; port < wanted + TRIES && port < 65_536; port++) {
            InetSocketAddress at = new InetSocketAddress(address.toInet(), port);
            try (DatagramSocket udp = new DatagramSocket(null);
                    ServerSocket tcp = new ServerSocket()) {
                udp.bind(at);
                tcp.setReuseAddress(true); // a connection of an earlier life may linger
                tcp.bind(at);
                return port;
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new PoolExhaustedException("no free gossip port on " + address + " from " + wanted + " on: "
                + (last == null ? "out of range" : last.getMessage()));
    }
}
