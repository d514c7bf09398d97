package io.swarmnet.worker.network;

import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.sandbox.ResolvConf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's name servers as its resolv.conf names them now: it changes while the daemon runs (DHCP, a VPN), and at the
 * host's start it may come later than the daemon. Belongs to the worker's context.
 */
public final class HostServers {
    private static final Logger LOG = LoggerFactory.getLogger(HostServers.class);
    private static final int DNS_PORT = 53;

    private final Path file;
    private final Vertx vertx;
    private final KernelExecutor lane;
    private final Consumer<List<InetSocketAddress>> user;
    private List<InetSocketAddress> last;
    private long timer = -1;

    /** @param user is given the servers at first and whenever they have changed */
    public HostServers(Path file, Vertx vertx, KernelExecutor lane, Consumer<List<InetSocketAddress>> user) {
        this.file = file;
        this.vertx = vertx;
        this.lane = lane;
        this.user = user;
    }

    /** Completes when they were read once; looks again every period until {@link #stop}. */
    public Future<Void> start(long periodMillis) {
        timer = vertx.setPeriodic(periodMillis, tick -> look());
        return look();
    }

    public void stop() {
        vertx.cancelTimer(timer);
    }

    private Future<Void> look() {
        return lane.run(() -> ResolvConf.read(file)).<Void>map(read -> {
            List<InetSocketAddress> now = read.servers().stream()
                    .map(server -> new InetSocketAddress(server.toInet(), DNS_PORT))
                    .toList();
            if (!now.equals(last)) {
                LOG.info("Name servers of the host servers={}", now);
                last = now;
                user.accept(now);
            }
            return null;
        });
    }
}
