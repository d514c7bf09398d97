package io.swarmnet.dns.io;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server that does what a script says to each query it gets, over UDP and TCP on one port of 127.0.0.1. */
final class ScriptedUpstream implements AutoCloseable {
    /** What to send back for a query: any number of datagrams, none for silence. */
    interface Script {
        List<byte[]> answer(Message query) throws IOException;
    }

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Script script;
    final List<Message> queries = new CopyOnWriteArrayList<>();
    final List<Integer> sourcePorts = new CopyOnWriteArrayList<>();

    ScriptedUpstream(Script script) throws IOException {
        this.script = script;
        tcp = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()));
        start("upstream-udp", this::serveUdp);
        start("upstream-tcp", this::serveTcp);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    private static void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                sourcePorts.add(packet.getPort());
                for (byte[] reply : ask(java.util.Arrays.copyOf(buffer, packet.getLength()))) {
                    udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (Socket socket = tcp.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                    for (byte[] reply : ask(in.readNBytes(in.readUnsignedShort()))) {
                        out.writeShort(reply.length);
                        out.write(reply);
                    }
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private List<byte[]> ask(byte[] raw) throws IOException {
        Message query = new Message(raw);
        queries.add(query);
        return script.answer(query);
    }

    /** A reply with one A record and the given rcode. */
    static Message reply(Message query, int rcode, String... addresses) throws IOException {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        for (String address : addresses) {
            Name name = query.getQuestion().getName();
            reply.addRecord(Record.fromString(name, Type.A, DClass.IN, 60, address, Name.root), Section.ANSWER);
        }
        return reply;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
