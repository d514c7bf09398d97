package io.swarmnet.engine.daemon;

import io.swarmnet.engine.api.EngineApi;
import io.swarmnet.engine.api.EngineNode;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.worker.Worker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running daemon. Order of its start (details C): lock, {@code node.json}, API sockets, worker, then the node's part in a
 * swarm. Order of its end: API, manager, worker; tasks go on.
 */
public final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final long DRAIN_MILLIS = 2_000;
    private static final String UNIX = "unix://";
    private static final String TCP = "tcp://";

    private final DaemonConfig config;
    private final DataRootLock lock;
    private final Vertx vertx;
    private final Promise<Worker> worker = Promise.promise();
    private final SwarmMembership membership;
    private final EngineApi api;
    private final List<Path> sockets = new ArrayList<>();

    /** Makes the worker, opened and not yet started. */
    @FunctionalInterface
    public interface WorkerFactory {
        Future<? extends Worker> create(Vertx vertx, DaemonConfig config);
    }

    private Daemon(DaemonConfig config, DataRootLock lock) throws IOException {
        this.config = config;
        this.lock = lock;
        NodeFile nodeFile = new NodeFile(config.dataRoot());
        NodeFile.Content content = nodeFile.loadOrCreate();
        this.vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.membership = new SwarmMembership(vertx, config, nodeFile, content, worker.future());
        this.api = new EngineApi(
                vertx,
                new EngineNode(
                        HostReport.read(config, content.id()),
                        membership,
                        worker.future(),
                        config.dataRoot().resolve("tmp")));
    }

    /**
     * Starts a daemon; completes when its API answers. The rest goes on in the background: see {@link #started}. Blocks the
     * caller for the lock and the node's file.
     */
    public static Future<Daemon> start(DaemonConfig config, WorkerFactory workers) throws IOException {
        writable("exec", config.execRoot());
        writable("data", config.dataRoot());
        DataRootLock lock = DataRootLock.take(config.dataRoot());
        Daemon daemon;
        try {
            daemon = new Daemon(config, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        return daemon.open(workers).map(daemon).recover(failure -> daemon.stop()
                .transform(stopped -> Future.failedFuture(failure)));
    }

    /** Said before anything is made: root is stopped by a read-only file system, or by a file in the way. */
    private static void writable(String name, Path root) {
        try {
            Files.createDirectories(root);
            if (!Files.isWritable(root)) {
                throw new IOException("Read-only file system");
            }
        } catch (IOException e) {
            String why = e instanceof FileSystemException named && named.getReason() != null
                    ? named.getReason()
                    : e instanceof FileAlreadyExistsException ? "it, or a part of it, is a file" : e.getMessage();
            throw new UnavailableException("the " + name + " root " + root + " cannot be written: " + why
                    + "; make it writable, or give another with --" + name + "-root");
        }
    }

    private Future<Void> open(WorkerFactory workers) {
        Future<Void> listening = Future.succeededFuture();
        for (String host : config.hosts()) {
            listening = listening.compose(before -> listen(host));
        }
        return listening.onSuccess(open -> {
            membership.restore();
            workers.create(vertx, config)
                    .compose(made -> made.start().map((Worker) made))
                    .onComplete(worker);
        });
    }

    /** Completes when the worker is up; fails when it cannot come up. */
    public Future<Void> started() {
        return worker.future().mapEmpty();
    }

    private Future<Void> listen(String host) {
        if (host.startsWith(TCP)) {
            HostPort address = HostPort.parse(host.substring(TCP.length()));
            return api.listen(SocketAddress.inetSocketAddress(
                            address.port(), address.address().toString()))
                    .onSuccess(open -> LOG.warn("API listens without certificates on {}", host))
                    .mapEmpty();
        }
        Path path = Path.of(host.substring(UNIX.length()));
        return vertx.executeBlocking(() -> {
                    clear(path);
                    return null;
                })
                .compose(clear -> api.listen(SocketAddress.domainSocketAddress(path.toString())))
                .compose(open -> vertx.executeBlocking(() -> {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
                    sockets.add(path);
                    LOG.info("API listens on {}", host);
                    return null;
                }));
    }

    /** Removes a socket that nobody answers on any more. */
    private static void clear(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
            throw new UnavailableException("another process listens on " + path + "; give this daemon another with -H");
        } catch (IOException dead) {
            Files.delete(path);
        }
    }

    /** Writes the process id; the caller removes the file. */
    static void writePid(Path file) throws IOException {
        Files.write(file, (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Ends cleanly: requests finish, sockets go, tasks stay. Goes on past failures. */
    public Future<Void> stop() {
        return api.close(DRAIN_MILLIS)
                .eventually(membership::stop)
                .eventually(() ->
                        worker.future().succeeded() ? worker.future().result().stop() : Future.succeededFuture())
                .eventually(() -> vertx.executeBlocking(() -> {
                    for (Path socket : sockets) {
                        Files.deleteIfExists(socket);
                    }
                    return null;
                }))
                .eventually(vertx::close)
                .onComplete(end -> unlock());
    }

    private void unlock() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("Data root not unlocked because={}", e.getMessage());
        }
    }
}
