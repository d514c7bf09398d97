package io.swarmnet.dns.io;

import static io.swarmnet.dns.io.Loopback.await;
import static io.swarmnet.dns.io.Loopback.query;
import static io.swarmnet.dns.names.Claims.OV2;
import static io.swarmnet.dns.names.Claims.attached;
import static io.swarmnet.dns.names.Claims.back;
import static io.swarmnet.dns.names.Claims.ov2;
import static io.swarmnet.dns.names.Claims.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.epoll.LinuxSocket;
import io.swarmnet.dns.names.Claims;
import io.swarmnet.dns.names.SandboxNames;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The server over loopback sockets, asked by dnsjava and, where it is installed, by dig. */
@Timeout(60)
class DnsServerTest {
    private final SandboxNames names = attached(ov2());
    private Loopback loopback;
    private Registration sandbox;

    @BeforeEach
    void serveTwoTasks() throws Exception {
        loopback = new Loopback(ForwarderConfig.defaults());
        loopback.table.put(task(OV2, "web", 1, "n1", "10.0.9.3"));
        loopback.table.put(task(OV2, "web", 2, "n2", "10.0.9.4"));
        for (int i = 1; i <= 100; i++) {
            loopback.table.put(task(OV2, "many", i, "n1", "10.0.9." + (100 + i)));
        }
        sandbox = await(loopback.server.bind(names, Loopback.anyPort()));
    }

    @AfterEach
    void stop() throws Exception {
        loopback.close();
    }

    @Test
    void answersOverUdpAndTcp() throws Exception {
        for (boolean tcp : new boolean[] {false, true}) {
            Message reply = ask(query("my-WEB.".replace("my-", ""), Type.A), tcp);
            assertEquals(2, reply.getSection(Section.ANSWER).size());
            assertEquals("qr rd ra", reply.getHeader().printFlags().strip());
            assertEquals("WEB.", reply.getQuestion().getName().toString());
        }
    }

    @Test
    void aaaaOfANameWithOnlyAIsNoErrorAndEmpty() throws Exception {
        Message reply = ask(query("web.", Type.AAAA), false);
        assertEquals(Rcode.NOERROR, reply.getRcode());
        assertEquals(0, reply.getSection(Section.ANSWER).size());
        assertEquals(0, loopback.counters.of(DnsEvent.FORWARDS));
    }

    @Test
    void anAddressHasItsTasksName() throws Exception {
        Message reply = ask(query("4.9.0.10.in-addr.arpa.", Type.PTR), false);
        assertEquals(
                "web.2.webtask2.ov2.",
                ((PTRRecord) reply.getSection(Section.ANSWER).get(0))
                        .getTarget()
                        .toString());
    }

    @Test
    void whatDoesNotFitIsTruncatedThenWholeOverTcp() throws Exception {
        SimpleResolver plain = resolver();
        plain.setEDNS(-1);
        plain.setIgnoreTruncation(true);
        Message cut = plain.send(query("many.", Type.A));
        assertTrue(cut.getHeader().getFlag(Flags.TC));
        assertTrue(cut.numBytes() <= 512);
        plain.setIgnoreTruncation(false);
        assertEquals(
                100,
                plain.send(query("many.", Type.A)).getSection(Section.ANSWER).size());
        SimpleResolver edns = resolver();
        edns.setEDNS(0, 4096, 0, List.of());
        edns.setIgnoreTruncation(true);
        assertEquals(
                100,
                edns.send(query("many.", Type.A)).getSection(Section.ANSWER).size());
        assertEquals(2, loopback.counters.of(DnsEvent.TRUNCATED));
    }

    @Test
    void otherOpcodesAreNotImplemented() throws Exception {
        Message status = query("web.", Type.A);
        status.getHeader().setOpcode(Opcode.STATUS);
        assertEquals(Rcode.NOTIMP, new Message(rawUdp(status.toWire())).getRcode());
    }

    @Test
    void severalQuestionsAreAFormatError() throws Exception {
        Message two = query("web.", Type.A);
        two.addRecord(query("many.", Type.A).getQuestion(), Section.QUESTION);
        assertEquals(Rcode.FORMERR, new Message(rawUdp(two.toWire())).getRcode());
    }

    @Test
    void garbageIsCountedAndTheServerStillAnswers() throws Exception {
        Random random = new Random(11);
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] seed = query("web.ov2.", Type.A).toWire();
            for (int i = 0; i < 100_000; i++) {
                byte[] bytes = i % 2 == 0 ? seed.clone() : new byte[random.nextInt(100)];
                if (i % 2 == 1) {
                    random.nextBytes(bytes);
                }
                for (int flip = random.nextInt(4); flip >= 0 && bytes.length > 0; flip--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                socket.send(new DatagramPacket(bytes, bytes.length, sandbox.udpAddress()));
            }
        }
        assertEquals(
                2,
                askUntilAnswered(query("web.", Type.A))
                        .getSection(Section.ANSWER)
                        .size());
        assertTrue(loopback.counters.of(DnsEvent.NOT_A_QUERY) > 0);
        assertTrue(loopback.counters.of(DnsEvent.MALFORMED) > 0);
        assertEquals(0, loopback.counters.of(DnsEvent.FAILURES));
    }

    @Test
    void garbageOverTcpClosesNoOtherConnection() throws Exception {
        try (Socket garbage = new Socket("127.0.0.1", sandbox.tcpAddress().getPort());
                Socket good = new Socket("127.0.0.1", sandbox.tcpAddress().getPort())) {
            garbage.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
            garbage.getOutputStream().flush();
            assertEquals(-1, garbage.getInputStream().read(), "a length we do not take closes the connection");
            assertEquals(
                    2,
                    rawTcp(good, query("web.", Type.A))
                            .getSection(Section.ANSWER)
                            .size());
            assertEquals(
                    100,
                    rawTcp(good, query("many.", Type.A))
                            .getSection(Section.ANSWER)
                            .size());
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < TcpConnections.CONNECTIONS_MAX; i++) {
                Socket socket = new Socket("127.0.0.1", sandbox.tcpAddress().getPort());
                sockets.add(socket);
                assertNotNull(rawTcp(socket, query("web.", Type.A)));
            }
            try (Socket tooMany = new Socket("127.0.0.1", sandbox.tcpAddress().getPort())) {
                assertEquals(-1, tooMany.getInputStream().read());
            }
            assertEquals(1, loopback.counters.of(DnsEvent.TCP_CONNECTIONS_REFUSED));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void servesSocketsMadeByOthersAndClosesThem() throws Exception {
        LinuxSocket udp = LinuxSocket.newSocketDgram(false);
        udp.bind(new InetSocketAddress("127.0.0.11", 0));
        LinuxSocket tcp = LinuxSocket.newSocketStream(false);
        tcp.bind(new InetSocketAddress("127.0.0.11", 0));
        tcp.listen(8);
        Registration adopted = await(loopback.server.serve(attached(ov2()), udp.intValue(), tcp.intValue()));
        assertEquals("127.0.0.11", adopted.udpAddress().getHostString());
        SimpleResolver asker = new SimpleResolver("127.0.0.11");
        asker.setPort(adopted.udpAddress().getPort());
        asker.setTimeout(Duration.ofSeconds(5));
        assertEquals(
                2, asker.send(query("web.", Type.A)).getSection(Section.ANSWER).size());
        asker.setPort(adopted.tcpAddress().getPort());
        asker.setTCP(true);
        assertEquals(
                2, asker.send(query("web.", Type.A)).getSection(Section.ANSWER).size());
        String socket = Files.readSymbolicLink(fd(udp.intValue())).toString();
        await(adopted.close());
        await(adopted.close());
        assertFalse(stillOpen(udp.intValue(), socket));
        assertEquals(
                2, ask(query("web.", Type.A), false).getSection(Section.ANSWER).size(), "the other goes on");
    }

    @Test
    void aDescriptorThatWouldBlockOrIsNoneIsRefused() throws Exception {
        LinuxSocket udp = LinuxSocket.newSocketDgram(false);
        String socket = Files.readSymbolicLink(fd(udp.intValue())).toString();
        ExecutionException none = assertThrows(
                ExecutionException.class, () -> await(loopback.server.serve(names, udp.intValue(), 999_999)));
        assertTrue(none.getCause().getMessage().contains("999999"), none.getCause()::getMessage);
        assertFalse(stillOpen(udp.intValue(), socket), "a start that fails leaves nothing open");
    }

    @Test
    void networksMayChangeWhileServed() throws Exception {
        loopback.table.put(task(Claims.BACK, "db", 1, "n1", "10.0.10.3"));
        names.attach(List.of(ov2(), back(true)));
        assertEquals(
                1, ask(query("db.", Type.A), false).getSection(Section.ANSWER).size());
        names.attach(List.of(back(true)));
        assertEquals(Rcode.NXDOMAIN, ask(query("web.", Type.A), false).getRcode());
        assertEquals(Rcode.SERVFAIL, ask(query("outside.test.", Type.A), false).getRcode());
    }

    @Test
    void withoutServersTheRestFails() throws Exception {
        assertEquals(Rcode.SERVFAIL, ask(query("outside.test.", Type.A), false).getRcode());
    }

    @Test
    void digAgrees() throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/dig"))) {
            return; // dnsjava has asked the same above
        }
        assertEquals(
                "10.0.9.3\n10.0.9.4\n",
                dig("+short", "tasks.web").lines().sorted().reduce("", (a, b) -> a + b + "\n"));
        assertEquals("web.1.webtask1.ov2.\n", dig("+short", "-x", "10.0.9.3"));
        assertEquals(
                100,
                dig("+short", "+noedns", "many")
                        .lines()
                        .filter(l -> l.startsWith("10."))
                        .count());
        String empty = dig("web.ov2", "AAAA");
        assertTrue(
                empty.contains("status: NOERROR") && empty.contains("ANSWER: 0") && empty.contains("flags: qr rd ra;"),
                empty);
        assertTrue(dig("+edns=1", "+noednsneg", "web").contains("status: BADVERS"));
        assertFalse(dig("+cookie", "WeB").contains("Warn"), "no warning about our replies");
    }

    private String dig(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("dig", "@127.0.0.1", "-p", "" + sandbox.udpAddress().getPort(), "+tries=1"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        return out;
    }

    private Message ask(Message query, boolean tcp) throws Exception {
        SimpleResolver resolver = resolver();
        resolver.setTCP(tcp);
        return resolver.send(query);
    }

    /** As a stub resolver does: the flood may have filled the socket's buffer just when we ask. */
    private Message askUntilAnswered(Message query) throws Exception {
        SimpleResolver resolver = resolver();
        resolver.setTimeout(Duration.ofMillis(500));
        for (int tries = 1; ; tries++) {
            try {
                return resolver.send(query);
            } catch (java.io.IOException lost) {
                if (tries == 10) {
                    throw lost;
                }
            }
        }
    }

    private SimpleResolver resolver() throws Exception {
        SimpleResolver resolver = new SimpleResolver("127.0.0.1");
        resolver.setPort(sandbox.udpAddress().getPort());
        resolver.setTimeout(Duration.ofSeconds(5));
        return resolver;
    }

    private byte[] rawUdp(byte[] message) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(message, message.length, sandbox.udpAddress()));
            DatagramPacket reply = new DatagramPacket(new byte[4096], 4096);
            socket.receive(reply);
            return java.util.Arrays.copyOf(reply.getData(), reply.getLength());
        }
    }

    private static Message rawTcp(Socket socket, Message query) throws Exception {
        byte[] bytes = query.toWire();
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(bytes.length);
        out.write(bytes);
        out.flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        return new Message(in.readNBytes(in.readUnsignedShort()));
    }

    private static Path fd(int fd) {
        return Path.of("/proc/self/fd/" + fd);
    }

    private static boolean stillOpen(int fd, String socket) throws Exception {
        return Files.exists(fd(fd), java.nio.file.LinkOption.NOFOLLOW_LINKS)
                && Files.readSymbolicLink(fd(fd)).toString().equals(socket);
    }
}
