package io.swarmnet.engine.api;

import io.swarmnet.model.error.NotSupportedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the endpoints are registered: each path with and without {@code /v1.NN} before it. */
final class Routes {
    /** Longest JSON body, bytes. */
    static final long MAX_BODY_BYTES = 16L << 20;

    /** Set on a request whose body its endpoint reads when it is ready. */
    static final String STREAMED = "streamed";

    static final Pattern VERSIONED = Pattern.compile("/v(\\d{1,4})\\.(\\d{1,4})(/.*)?");
    private static final int NEWEST = 50;

    private final Router router;
    private final BodyHandler body =
            BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES).setPreallocateBodyBuffer(false);

    Routes(Router router) {
        this.router = router;
    }

    void get(String path, Endpoint endpoint) {
        router.routeWithRegex(HttpMethod.GET, pattern(path)).handler(context -> run(context, endpoint));
    }

    void head(String path, Endpoint endpoint) {
        router.routeWithRegex(HttpMethod.HEAD, pattern(path)).handler(context -> run(context, endpoint));
    }

    void delete(String path, Endpoint endpoint) {
        router.routeWithRegex(HttpMethod.DELETE, pattern(path)).handler(context -> run(context, endpoint));
    }

    /** A POST with a JSON body. */
    void post(String path, Endpoint endpoint) {
        router.routeWithRegex(HttpMethod.POST, pattern(path)).handler(body).handler(context -> run(context, endpoint));
    }

    /** A POST whose body the endpoint reads itself as a stream. */
    void postStream(String path, Endpoint endpoint) {
        router.routeWithRegex(HttpMethod.POST, pattern(path)).handler(context -> {
            context.put(STREAMED, true);
            run(context, endpoint);
        });
    }

    /**
     * Endpoints of Docker's that are not there yet: every method is answered with 501 and the sentence.
     *
     * @param path a path; {@code **} at its end stands for everything below
     */
    void absent(String path, String sentence) {
        router.routeWithRegex(pattern(path)).handler(context -> {
            context.request().resume();
            new Call(context, minor(context.request().path())).fail(new NotSupportedException(sentence));
        });
    }

    private static void run(RoutingContext context, Endpoint endpoint) {
        Call call = new Call(context, minor(context.request().path()));
        try {
            endpoint.handle(call);
        } catch (Exception e) {
            call.fail(e);
        }
    }

    private static int minor(String path) {
        Matcher matcher = VERSIONED.matcher(path);
        return matcher.matches() ? Integer.parseInt(matcher.group(2)) : NEWEST;
    }

    /** {@code {x}} is one part of a path, <code>{x*}</code> may have slashes, {@code **} at the end is anything. */
    private static String pattern(String path) {
        String regex = path.replaceAll("\\{([a-z]+)\\*}", "(?<$1>.+)")
                .replaceAll("\\{([a-z]+)}", "(?<$1>[^/]+)")
                .replaceAll("\\*\\*$", ".*");
        return "(?:/v\\d{1,4}\\.\\d{1,4})?" + regex;
    }
}
