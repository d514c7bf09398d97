package io.swarmnet.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 request over a unix socket. The JDK's HttpClient knows no unix sockets, and a client library would cost more
 * time to load than the request takes.
 */
final class EngineSocket implements Closeable {
    private static final int HEAD_BYTES_MAX = 64 * 1024;
    private static final int BODY_BYTES_MAX = 16 * 1024 * 1024;

    /** A whole answer. */
    record Response(int status, byte[] body) {}

    private final SocketChannel channel;
    private final Selector selector;
    private final long silenceMillisMax;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();

    private EngineSocket(SocketChannel channel, Selector selector, long silenceMillisMax) {
        this.channel = channel;
        this.selector = selector;
        this.silenceMillisMax = silenceMillisMax;
    }

    /**
     * Connects.
     *
     * @param silenceMax how long a read or write may wait for the other side before it fails
     */
    static EngineSocket connect(Path socket, Duration silenceMax) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            Selector selector = channel.provider().openSelector();
            channel.register(selector, SelectionKey.OP_READ);
            return new EngineSocket(channel, selector, silenceMax.toMillis());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Sends a request and reads the whole answer.
     *
     * @param body JSON, null = none
     * @throws IOException when the answer is malformed, too long (64 KiB head, 16 MiB body) or does not come
     */
    Response request(String method, String path, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: swarmnet\r\nUser-Agent: swarmnet\r\nConnection: close\r\n");
        if (body != null) {
            head.append("Content-Type: application/json\r\n");
        }
        if (!method.equals("GET")) {
            head.append("Content-Length: ")
                    .append(body == null ? 0 : body.length)
                    .append("\r\n");
        }
        head.append("\r\n");
        send(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            send(body);
        }
        return response();
    }

    private void send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            if (channel.write(out) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private Response response() throws IOException {
        int status = status(line(HEAD_BYTES_MAX));
        Map<String, String> headers = headers();
        while (status >= 100 && status < 200) {
            status = status(line(HEAD_BYTES_MAX));
            headers = headers();
        }
        if (status == 204 || status == 304) {
            return new Response(status, new byte[0]);
        }
        return new Response(status, body(headers));
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new IOException("this is no HTTP answer: " + line.substring(0, Math.min(60, line.length())));
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        int left = HEAD_BYTES_MAX;
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            for (int size = length(line(1024), 16); size > 0; size = length(line(1024), 16)) {
                copy(size, body);
                line(2);
            }
            headers(); // trailers
        } else if (headers.containsKey("content-length")) {
            copy(length(headers.get("content-length"), 10), body);
        } else {
            copyToEnd(body);
        }
        return body.toByteArray();
    }

    private static int length(String text, int radix) throws IOException {
        int extension = text.indexOf(';');
        String digits = (extension < 0 ? text : text.substring(0, extension)).strip();
        try {
            int length = Integer.parseInt(digits, radix);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IOException("this is no length: " + text);
    }

    private void copy(int length, ByteArrayOutputStream body) throws IOException {
        if (length > BODY_BYTES_MAX - body.size()) {
            throw new IOException("the answer is longer than " + BODY_BYTES_MAX + " bytes");
        }
        int left = length;
        while (left > 0) {
            if (!fill()) {
                throw new EOFException("the answer ends early");
            }
            left -= drain(body, left);
        }
    }

    private void copyToEnd(ByteArrayOutputStream body) throws IOException {
        while (fill()) {
            copy(buffer.remaining(), body);
        }
    }

    private int drain(ByteArrayOutputStream body, int max) {
        int count = Math.min(max, buffer.remaining());
        body.write(buffer.array(), buffer.position(), count);
        buffer.position(buffer.position() + count);
        return count;
    }

    private String line(int bytesMax) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (!fill()) {
                throw new EOFException("the connection was closed before the answer was complete");
            }
            char c = (char) (buffer.get() & 255);
            if (c == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            if (line.length() >= bytesMax) {
                throw new IOException("a line of the answer's head is longer than " + bytesMax + " bytes");
            }
            line.append(c);
        }
    }

    /** Makes sure that there is a byte to read; false at the end. */
    private boolean fill() throws IOException {
        while (!buffer.hasRemaining()) {
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return true;
    }

    private void await(int operation) throws IOException {
        channel.keyFor(selector).interestOps(operation);
        if (selector.select(silenceMillisMax) == 0) {
            throw new IOException("no answer for " + silenceMillisMax / 1_000 + " s");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
