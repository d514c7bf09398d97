package io.swarmnet.vxlan.userspace;

import io.swarmnet.linux.netns.Netns;
import io.swarmnet.model.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Payloads from one sandbox to another, known again by their hashes. */
final class Exchange {
    private static final int PORT = 5001;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Netns from;
    private final Netns to;
    private final IpAddress target;
    private final Random random = new Random(7);

    Exchange(Netns from, Netns to, IpAddress target) {
        this.from = from;
        this.to = to;
        this.target = target;
    }

    /** Sends that many bytes by TCP, and gets them back. True if both ends saw what was sent. */
    boolean tcp(int bytes) throws Exception {
        byte[] payload = payload(bytes);
        InetSocketAddress address = new InetSocketAddress(target.toInet(), PORT);
        try (ServerSocket server = to.call(() -> new ServerSocket(PORT, 1, target.toInet()));
                Socket client = from.call(Exchange::open)) {
            server.setSoTimeout(TIMEOUT_MILLIS);
            CompletableFuture<byte[]> seen = CompletableFuture.supplyAsync(() -> echo(server));
            client.connect(address, TIMEOUT_MILLIS);
            client.setSoTimeout(TIMEOUT_MILLIS);
            Thread writer = new Thread(() -> write(client, payload));
            writer.start();
            byte[] back = client.getInputStream().readNBytes(bytes);
            writer.join();
            return hash(seen.get()).equals(hash(payload)) && hash(back).equals(hash(payload));
        }
    }

    /** A socket is made in its namespace only when it is bound or connected. */
    private static Socket open() throws IOException {
        Socket socket = new Socket();
        socket.bind(null);
        return socket;
    }

    private static void write(Socket client, byte[] payload) {
        try {
            client.getOutputStream().write(payload);
            client.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] echo(ServerSocket server) {
        try (Socket peer = server.accept()) {
            peer.setSoTimeout(TIMEOUT_MILLIS);
            byte[] all = peer.getInputStream().readAllBytes();
            peer.getOutputStream().write(all);
            return all;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a datagram and gets it back; tries again, as UDP may lose it. */
    boolean udp(int bytes) throws Exception {
        byte[] payload = payload(bytes);
        InetSocketAddress address = new InetSocketAddress(target.toInet(), PORT);
        try (DatagramSocket server = to.call(() -> new DatagramSocket(address));
                DatagramSocket client = from.call(() -> new DatagramSocket())) {
            for (int attempt = 0; attempt < 5; attempt++) {
                client.send(new DatagramPacket(payload, bytes, address));
                DatagramPacket got = receive(server);
                if (got == null) {
                    continue;
                }
                server.send(new DatagramPacket(got.getData(), got.getLength(), got.getSocketAddress()));
                DatagramPacket back = receive(client);
                if (back != null) {
                    return hash(data(got)).equals(hash(payload))
                            && hash(data(back)).equals(hash(payload));
                }
            }
            return false;
        }
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.setSoTimeout(1000);
        try {
            socket.receive(packet);
            return packet;
        } catch (SocketTimeoutException e) {
            return null;
        }
    }

    private static byte[] data(DatagramPacket packet) {
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        random.nextBytes(payload);
        return payload;
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
