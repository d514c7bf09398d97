package io.swarmnet.engine.api;

import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.HostFacts;
import io.swarmnet.engine.json.SystemJson;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.UnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;

/**
 * The Docker Engine API of a node on one or more sockets. Requests may come with or without {@code /v1.NN}; the client's
 * version is checked, the answers are those of API 1.50.
 */
public final class EngineApi {
    /** How long a request waits for a daemon that starts, milliseconds. */
    public static final long START_WAIT_MILLIS = 15_000;

    private static final int MIN_MINOR = Integer.parseInt(SystemJson.MIN_API_VERSION.substring(2));
    private static final int MAX_MINOR = Integer.parseInt(SystemJson.API_VERSION.substring(2));
    private static final int LINE_LIMIT = 64 << 10;

    private final Vertx vertx;
    private final EngineNode node;
    private final Events events;
    private final Router router;
    // Vert.x closes a server that nothing holds.
    private final List<HttpServer> servers = new ArrayList<>();

    public EngineApi(Vertx vertx, EngineNode node) {
        this.vertx = vertx;
        this.node = node;
        this.events = new Events(vertx, node);
        this.router = Router.router(vertx);
        routes();
    }

    /** Opens a further socket: a unix path or a TCP address. The caller sets the path's mode. */
    public Future<HttpServer> listen(SocketAddress address) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                .setMaxInitialLineLength(LINE_LIMIT)
                .setMaxHeaderSize(LINE_LIMIT)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true));
        server.requestHandler(router);
        synchronized (servers) {
            servers.add(server);
        }
        return server.listen(address);
    }

    /** Lets requests finish for a while, then closes the sockets. */
    public Future<Void> close(long graceMillis) {
        events.close();
        List<Future<Void>> closing = new ArrayList<>();
        synchronized (servers) {
            servers.forEach(server -> closing.add(server.shutdown(graceMillis, TimeUnit.MILLISECONDS)));
            servers.clear();
        }
        return Future.join(closing).mapEmpty();
    }

    private void routes() {
        router.route().handler(this::negotiate);
        Routes routes = new Routes(router);
        new SystemRoutes(node, events).register(routes);
        router.route().handler(this::awaitStart);
        events.register(routes);
        new SwarmRoutes(node).register(routes);
        new NodeRoutes(node).register(routes);
        new NetworkRoutes(node).register(routes);
        new ServiceRoutes(vertx, node).register(routes);
        new TaskRoutes(vertx, node).register(routes);
        new ContainerRoutes(vertx, node).register(routes);
        new ExecRoutes(vertx, node).register(routes);
        new ImageRoutes(vertx, node).register(routes);
        new DoctorRoutes(node).register(routes);
        AbsentRoutes.register(routes);
        router.route().handler(context -> {
            context.request().resume();
            new Call(context, MAX_MINOR).fail(new NotFoundException("page not found"));
        });
        router.errorHandler(413, context -> new Call(context, MAX_MINOR)
                .fail(new InvalidSpecException(
                        "the request body is longer than " + (Routes.MAX_BODY_BYTES >> 20) + " MiB")));
        router.errorHandler(400, context -> new Call(context, MAX_MINOR)
                .fail(new InvalidSpecException(
                        "malformed request: " + context.request().path())));
        router.errorHandler(500, context -> new Call(context, MAX_MINOR).fail(context.failure()));
    }

    private void negotiate(RoutingContext context) {
        context.response()
                .putHeader("Api-Version", SystemJson.API_VERSION)
                .putHeader("Docker-Experimental", "false")
                .putHeader("Ostype", "linux")
                .putHeader("Server", "Docker/" + HostFacts.DOCKER_VERSION + " (linux)");
        Matcher version = Routes.VERSIONED.matcher(context.request().path());
        if (version.matches()) {
            int major = Integer.parseInt(version.group(1));
            int minor = Integer.parseInt(version.group(2));
            String text = version.group(1) + "." + version.group(2);
            if (major > 1 || major == 1 && minor > MAX_MINOR) {
                new Call(context, MAX_MINOR)
                        .fail(new InvalidSpecException("client version " + text
                                + " is too new. Maximum supported API version is " + SystemJson.API_VERSION));
                return;
            }
            if (major < 1 || minor < MIN_MINOR) {
                new Call(context, MAX_MINOR)
                        .fail(new InvalidSpecException("client version " + text
                                + " is too old. Minimum supported API version is " + SystemJson.MIN_API_VERSION
                                + ", please upgrade your client to a newer version"));
                return;
            }
        }
        context.next();
    }

    private void awaitStart(RoutingContext context) {
        if (node.started().succeeded()) {
            context.next();
            return;
        }
        context.request().pause();
        node.started().timeout(START_WAIT_MILLIS, TimeUnit.MILLISECONDS).onComplete(started -> {
            if (started.succeeded()) {
                context.next();
                if (context.get(Routes.STREAMED) == null) {
                    context.request().resume();
                }
            } else {
                context.request().resume();
                String why = node.started().failed()
                        ? "swarmnetd could not start: " + node.started().cause().getMessage()
                        : "swarmnetd is starting; try again in a moment";
                new Call(context, MAX_MINOR).fail(new UnavailableException(why));
            }
        });
    }

    /** The JSON of an object without keys, for lists that are always empty here. */
    static com.fasterxml.jackson.databind.node.ArrayNode none() {
        return DockerJson.array();
    }
}
