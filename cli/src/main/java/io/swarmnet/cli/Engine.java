package io.swarmnet.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** The engine's API: one connection a request, errors as docker words them. */
final class Engine {
    /** A join waits 20 s in the daemon; nothing of ours waits longer than this without a byte. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

    private final String host;
    private final Path socket;

    /** @param host {@code unix://PATH}, or a path */
    Engine(String host) {
        this.host = host;
        if (host.startsWith("unix://")) {
            socket = Path.of(host.substring("unix://".length()));
        } else if (host.startsWith("/")) {
            socket = Path.of(host);
        } else {
            throw CliException.failed("swarmnet talks to unix sockets only, not to " + host
                    + ": name one with -H unix://PATH or SWARMNET_HOST (the docker command can use tcp)");
        }
    }

    /** True where nobody listens: no socket, or one that a daemon left. Any other trouble is told by the next request. */
    boolean isDown() {
        try {
            EngineSocket.connect(socket, SILENCE_MAX).close();
            return false;
        } catch (ConnectException | NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return !Files.exists(socket);
        }
    }

    /** The JSON at a path; a failure is a {@link CliException}. */
    Object get(String path) {
        return request("GET", path, null);
    }

    /**
     * Posts a body.
     *
     * @param body as JSON, null = none
     * @return the answer, null when it has no body
     */
    Object post(String path, Object body) {
        return request("POST", path, body);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Object request(String method, String path, Object body) {
        byte[] bytes = body == null ? null : Json.write(body).getBytes(StandardCharsets.UTF_8);
        EngineSocket.Response response;
        try (EngineSocket connection = connect()) {
            response = connection.request(method, path, bytes);
        } catch (IOException e) {
            throw CliException.failed(method + " " + path + " at " + host + ": " + e.getMessage());
        }
        if (response.status() >= 400) {
            throw CliException.failed("Error response from daemon: " + message(response));
        }
        return response.body().length == 0 ? null : Json.read(response.body());
    }

    private EngineSocket connect() {
        try {
            return EngineSocket.connect(socket, SILENCE_MAX);
        } catch (IOException e) {
            throw CliException.failed(whyNot(e));
        }
    }

    /** One sentence about what is wrong, one about what to do. */
    private String whyNot(IOException e) {
        if (e instanceof AccessDeniedException || String.valueOf(e.getMessage()).contains("Permission denied")) {
            return "Permission denied at " + host + ". Run this as root, or as a member of the socket's group (ls -l "
                    + socket + ").";
        }
        String what = Files.exists(socket) ? "nobody listens there" : "there is no such socket";
        return "Cannot connect to swarmnetd at " + host + ": " + what
                + ". Start the daemon (swarmnetd), or name its socket with -H unix://PATH or SWARMNET_HOST.";
    }

    private static String message(EngineSocket.Response response) {
        String text = new String(response.body(), StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            Object body = Json.read(response.body());
            if (Json.at(body, "message") != null) {
                return Json.text(body, "message");
            }
        }
        return text.isEmpty() ? "HTTP status " + response.status() + " without a word" : text;
    }
}
