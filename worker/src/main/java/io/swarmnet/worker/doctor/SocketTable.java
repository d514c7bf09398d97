package io.swarmnet.worker.doctor;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code /proc/net/tcp}, {@code udp} and their IPv6 twins (proc(5)): who is bound to a port. Pure. */
final class SocketTable {
    private static final int LISTEN = 0x0a;

    private SocketTable() {}

    /**
     * A bound socket.
     *
     * @param inode of the socket; its process has a descriptor to it, a kernel's own has none
     */
    record Bound(int port, long inode) {}

    /**
     * TCP sockets that listen and UDP sockets that are bound and not connected.
     *
     * @param lines of the file, its heading included; lines that cannot be read are skipped
     */
    static List<Bound> read(List<String> lines, boolean tcp) {
        List<Bound> bound = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 10 || !words[0].endsWith(":")) {
                continue;
            }
            try {
                int port = Integer.parseInt(words[1].substring(words[1].indexOf(':') + 1), 16);
                int peerPort = Integer.parseInt(words[2].substring(words[2].indexOf(':') + 1), 16);
                int state = Integer.parseInt(words[3], 16);
                if (tcp ? state == LISTEN : peerPort == 0) {
                    bound.add(new Bound(port, Long.parseLong(words[9])));
                }
            } catch (NumberFormatException e) {
                // another kernel's format: the port check then finds nothing and says what bind says
                continue;
            }
        }
        return bound;
    }
}
