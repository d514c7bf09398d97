package io.swarmnet.engine.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.swarmnet.engine.daemon.DaemonOptions.Option;
import io.swarmnet.engine.json.HostFacts;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.worker.WorkerConfig;
import io.swarmnet.worker.WorkerNode;
import io.swarmnet.worker.doctor.Packages;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** {@code swarmnetd}. Exit codes: 0 = ended by SIGTERM or SIGINT, 1 = could not start. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final long STOP_SECONDS = 15;

    private static volatile int exitCode;

    private Main() {}

    public static void main(String... arguments) {
        try {
            run(arguments);
        } catch (SwarmnetException e) {
            System.err.println("swarmnetd: " + e.getMessage());
            System.exit(1);
        } catch (Exception e) {
            LOG.error("The daemon cannot start", e);
            System.err.println("swarmnetd: " + e.getMessage());
            exitCode = 1;
            System.exit(1);
        }
    }

    private static void run(String... arguments) throws IOException, TimeoutException {
        DaemonOptions options = DaemonOptions.ofArguments(arguments);
        if (options.has(Option.HELP)) {
            System.out.print(DaemonOptions.help());
            return;
        }
        if (options.has(Option.VERSION)) {
            System.out.println("swarmnetd version " + HostReport.version());
            return;
        }
        Path file = options.configFile();
        if (options.has(Option.CONFIG_FILE) || Files.exists(file)) {
            options.addFile(file, Files.readAllBytes(file));
        }
        DaemonConfig config = options.config(HostReport.hostname());
        logAt(config.logLevel());
        if (options.has(Option.DOCTOR) || options.has(Option.UNDO)) {
            logAt("error"); // its output is JSON
            ArrayNode answer = options.has(Option.DOCTOR) ? OneOff.doctor(config) : OneOff.undo(config);
            System.out.println(answer);
            return;
        }
        Daemon daemon = Daemon.start(config, Main::worker).await(60, TimeUnit.SECONDS);
        if (config.pidFile() != null) {
            Daemon.writePid(config.pidFile());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon, config), "stop"));
        daemon.started()
                .onSuccess(
                        up -> LOG.info("Daemon started dataRoot={} hostname={}", config.dataRoot(), config.hostname()))
                .onFailure(failure -> {
                    if (failure instanceof SwarmnetException) {
                        System.err.println("swarmnetd: " + failure.getMessage());
                    } else {
                        LOG.error("The worker cannot start", failure);
                    }
                    exitCode = 1;
                    // On a thread of its own: exit waits for the hook, and the hook for this event loop.
                    new Thread(() -> System.exit(1), "exit").start();
                });
    }

    private static Future<WorkerNode> worker(io.vertx.core.Vertx vertx, DaemonConfig config) {
        Future<WorkerNode> made = WorkerNode.create(
                vertx,
                new WorkerConfig(
                        config.dataRoot(),
                        config.execRoot(),
                        config.hostname(),
                        HostFacts.DOCKER_VERSION,
                        config.dataPlane(),
                        config.hostImage(),
                        hidden(config)));
        // Beside it: loading libnftables takes a tenth of a second, which the API does not wait for either.
        return vertx.executeBlocking(() -> Packages.missing(Path.of("/")))
                .compose(missing -> missing.isEmpty() ? made : Future.failedFuture(new UnavailableException(missing)));
    }

    /**
     * What a task of image host does not see: what the configuration names, and the API's sockets wherever they are, for
     * whoever reaches them is root on the node.
     */
    static List<Path> hidden(DaemonConfig config) {
        Stream<Path> sockets = config.hosts().stream()
                .filter(host -> host.startsWith("unix://"))
                .map(host -> Path.of(host.substring("unix://".length())));
        return Stream.concat(config.hostImageHidden().stream(), sockets).toList();
    }

    private static void stop(Daemon daemon, DaemonConfig config) {
        LOG.info("Daemon stops");
        try {
            daemon.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
            if (config.pidFile() != null) {
                Files.deleteIfExists(config.pidFile());
            }
        } catch (IOException | TimeoutException | RuntimeException e) {
            LOG.warn("The daemon did not stop cleanly", e);
        }
        // A JVM that ends by a signal says 143 otherwise.
        Runtime.getRuntime().halt(exitCode);
    }

    private static void logAt(String level) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("io.swarmnet").setLevel(Level.toLevel(level, Level.INFO));
        }
    }
}
