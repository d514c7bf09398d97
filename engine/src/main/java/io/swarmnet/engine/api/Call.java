package io.swarmnet.engine.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.engine.json.DockerJson;
import io.swarmnet.engine.json.Fields;
import io.swarmnet.engine.json.Filters;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.SwarmnetException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Used on the event loop of its connection only. */
final class Call {
    private static final Logger LOG = LoggerFactory.getLogger(Call.class);
    private static final int MAX_REFERENCE = 512;

    private final RoutingContext context;
    private final int minor;

    /** @param minor the NN of API version 1.NN that the client speaks */
    Call(RoutingContext context, int minor) {
        this.context = context;
        this.minor = minor;
    }

    RoutingContext context() {
        return context;
    }

    HttpServerResponse response() {
        return context.response();
    }

    int minor() {
        return minor;
    }

    /** A part of the path, decoded. */
    String path(String name) {
        String value = context.pathParam(name);
        if (value.length() > MAX_REFERENCE) {
            throw new InvalidSpecException("invalid " + name + ": " + value.length() + " characters are too many");
        }
        return value;
    }

    /** A query parameter, "" when absent. */
    String query(String name) {
        String value = context.request().getParam(name);
        return value == null ? "" : value;
    }

    List<String> queries(String name) {
        return context.queryParam(name);
    }

    /** Docker's rule: absent, "", 0, no, false and none are false. */
    boolean flag(String name) {
        String value = query(name).trim().toLowerCase(java.util.Locale.ROOT);
        return !List.of("", "0", "no", "false", "none").contains(value);
    }

    /** The {@code version} of an update, checked as Go's ParseUint does. */
    long version(String what) {
        String text = query("version");
        if (text.matches("[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        throw new InvalidSpecException("invalid " + what + " version '" + text + "': strconv.ParseUint: parsing \""
                + text + "\": " + (text.matches("[0-9]+") ? "value out of range" : "invalid syntax"));
    }

    Filters filters(String... known) {
        return Filters.parse(context.request().getParam("filters"), known);
    }

    /** The body as a JSON object; an absent body is an empty object. */
    Fields body() {
        Buffer buffer = context.body() == null ? null : context.body().buffer();
        return buffer == null || buffer.length() == 0
                ? Fields.of("", null)
                : Fields.of("", DockerJson.read(buffer.getBytes()));
    }

    /** Answers when the future is done: with what the consumer does, or with the failure. */
    <T> void when(Future<T> future, Consumer<T> then) {
        Here.of(future).onComplete(result -> {
            if (result.failed()) {
                fail(result.cause());
                return;
            }
            try {
                then.accept(result.result());
            } catch (RuntimeException e) {
                fail(e);
            }
        });
    }

    void json(int status, JsonNode node) {
        // Go's encoder ends each value with a line feed.
        Buffer body = Buffer.buffer(DockerJson.bytes(node)).appendByte((byte) '\n');
        if (!response().ended()) {
            response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(body);
        }
    }

    void empty(int status) {
        response().setStatusCode(status).end();
    }

    /** Answers {@code {"message": ...}}; after the first byte of a stream it can only end the connection. */
    void fail(Throwable failure) {
        int status = failure instanceof SwarmnetException refusal ? refusal.httpStatus() : 500;
        if (status == 500 && !(failure instanceof SwarmnetException)) {
            LOG.error(
                    "Request failed method={} path={}",
                    context.request().method(),
                    context.request().path(),
                    failure);
        }
        if (response().headWritten()) {
            context.request().connection().close();
            return;
        }
        String message = failure.getMessage() == null || failure.getMessage().isBlank()
                ? "internal error: " + failure.getClass().getSimpleName()
                : failure.getMessage();
        json(status, DockerJson.object().put("message", message));
    }
}
