package io.swarmnet.engine.api;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.swarmnet.model.error.InvalidSpecException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/**
 * Docker's hijacked connection: the request is answered {@code 101 UPGRADED} and the connection becomes a stream of bytes
 * both ways. The client ends its input by shutting down its half; output goes on. A client that did not ask for an upgrade
 * gets {@code 200} and the same bytes.
 */
final class Hijack implements OutputStreamer.Sink {
    private final NetSocket socket;
    private final HttpServerResponse response;
    private boolean closed;

    private Hijack(NetSocket socket, HttpServerResponse response) {
        this.socket = socket;
        this.response = response;
    }

    /**
     * Takes the connection over.
     *
     * @param input what the client sends; an empty buffer once when it ended its half, or went
     */
    static Future<Hijack> open(Call call, String contentType, Consumer<Buffer> input) {
        HttpServerRequest request = call.context().request();
        HttpServerResponse response = call.response();
        if (!"tcp".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            response.setChunked(true).putHeader("Content-Type", contentType);
            Hijack plain = new Hijack(null, response);
            response.closeHandler(gone -> plain.closed = true);
            response.writeHead();
            input.accept(Buffer.buffer());
            return Future.succeededFuture(plain);
        }
        // Vert.x's own toNetSocket() upgrades GET and CONNECT only; Docker's clients POST.
        if (!(request.connection() instanceof Http1ServerConnection connection)) {
            return Future.failedFuture(new InvalidSpecException("the connection cannot be upgraded to tcp"));
        }
        // Before the 101: the CLI shuts its half down as soon as it has read that, and Netty would close the
        // connection.
        connection.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        StringBuilder head = new StringBuilder("HTTP/1.1 101 UPGRADED\r\n");
        response.putHeader("Content-Type", contentType)
                .putHeader("Connection", "Upgrade")
                .putHeader("Upgrade", "tcp");
        response.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        return connection.netSocket().map(socket -> {
            Hijack hijack = new Hijack(socket, null);
            boolean[] ended = {false};
            Runnable end = () -> {
                if (!ended[0]) {
                    ended[0] = true;
                    input.accept(Buffer.buffer());
                }
            };
            socket.handler(input::accept);
            socket.endHandler(done -> end.run());
            socket.closeHandler(gone -> {
                hijack.closed = true;
                end.run();
            });
            if (socket instanceof NetSocketInternal inner) {
                inner.eventHandler(event -> {
                    if (event instanceof ChannelInputShutdownEvent) {
                        end.run();
                    }
                });
            }
            socket.write(head.append("\r\n").toString());
            return hijack;
        });
    }

    void pauseInput() {
        if (socket != null) {
            socket.pause();
        }
    }

    void resumeInput() {
        if (socket != null) {
            socket.resume();
        }
    }

    @Override
    public Future<Void> write(Buffer bytes) {
        return socket != null ? socket.write(bytes) : response.write(bytes);
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    void end() {
        if (closed) {
            return;
        }
        if (socket != null) {
            socket.close();
        } else if (!response.ended()) {
            response.end();
        }
    }
}
