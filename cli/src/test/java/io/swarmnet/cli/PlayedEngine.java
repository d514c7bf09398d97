package io.swarmnet.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine that plays recorded answers on a unix socket and keeps what it was asked. */
final class PlayedEngine implements AutoCloseable {
    /** Bytes of a whole HTTP answer, by "METHOD path". */
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

    final List<String> requests = new CopyOnWriteArrayList<>();
    final Path socket;
    private final ServerSocketChannel listener;

    PlayedEngine(Path directory) throws IOException {
        socket = directory.resolve("engine.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "played-engine");
        thread.setDaemon(true);
        thread.start();
    }

    /** Plays a file of {@code captured/}: its status and its body. */
    PlayedEngine captured(String request, String file) throws IOException {
        Object recorded = recorded(file);
        String status = Json.text(recorded, "status").substring("HTTP/1.1 ".length());
        String body = Json.write(Json.at(recorded, "response"));
        boolean chunked = Json.list(Json.at(recorded, "headers")).contains("Transfer-Encoding: chunked");
        return raw(request, chunked ? chunked(status, body) : plain(status, body));
    }

    PlayedEngine answer(String request, String status, String body) {
        return raw(request, plain(status, body));
    }

    PlayedEngine raw(String request, String bytes) {
        answers.put(request, bytes.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    static Object recorded(String file) throws IOException {
        try (InputStream in = PlayedEngine.class.getResourceAsStream("/captured/" + file)) {
            return Json.read(in.readAllBytes());
        }
    }

    private static String plain(String status, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n"
                + body;
    }

    private static String chunked(String status, String body) {
        StringBuilder out = new StringBuilder("HTTP/1.1 " + status + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < body.length(); at += 1000) {
            String part = body.substring(at, Math.min(body.length(), at + 1000));
            out.append(Integer.toHexString(part.length()))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        return out.append("0\r\n\r\n").toString();
    }

    private void serve() {
        while (listener.isOpen()) {
            try (SocketChannel client = listener.accept()) {
                InputStream in = Channels.newInputStream(client);
                String head = head(in);
                int length = head.contains("Content-Length: ")
                        ? Integer.parseInt(head.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"))
                        : 0;
                String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                String request = head.substring(0, head.indexOf(" HTTP/1.1"));
                requests.add(body.isEmpty() ? request : request + " " + body);
                OutputStream out = Channels.newOutputStream(client);
                out.write(answers.getOrDefault(
                        request,
                        plain("404 Not Found", "{\"message\":\"page not found\"}")
                                .getBytes(StandardCharsets.UTF_8)));
                out.flush();
            } catch (IOException e) {
                // The client went away, or the test is over.
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed");
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(socket);
    }
}
