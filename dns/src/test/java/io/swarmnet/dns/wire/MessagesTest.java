package io.swarmnet.dns.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.swarmnet.dns.names.Question;
import io.swarmnet.dns.wire.Query.Fault;
import io.swarmnet.model.net.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Queries as dig wrote them, replies as dnsjava reads them, and garbage. */
class MessagesTest {
    private final Map<String, byte[]> golden = golden();

    @Test
    void readsWhatDigWrites() {
        assertEquals(new Question("my-web", 1, 1), read("plain").question());
        assertEquals(new Question("my-web.ov2", 1, 1), read("mixed-case").question());
        assertEquals(new Question("my-web", 28, 1), read("edns").question());
        assertEquals(new Question("version.bind", 16, 3), read("chaos").question());
        assertEquals(new Question("", 2, 1), read("root").question());
        assertEquals(IpAddress.parse("10.0.9.3"), read("reverse").question().reverseAddress());
        assertEquals(IpAddress.parse("fd00::2"), read("reverse-v6").question().reverseAddress());
        assertEquals(0x1234, read("plain").id());
        assertTrue(read("plain").recursionDesired());
    }

    @Test
    void readsEdns() {
        assertFalse(read("plain").edns());
        assertEquals(512, read("plain").udpBytesMax());
        assertTrue(read("edns").edns());
        assertEquals(1232, read("edns").udpBytesMax());
        assertEquals(4096, read("edns-do").udpBytesMax());
        assertFalse(read("edns").ednsOptions());
        assertTrue(read("edns-cookie").ednsOptions());
        assertEquals(Fault.OTHER_EDNS_VERSION, read("edns-version-1").fault());
    }

    @Test
    void otherOpcodesAreTold() {
        assertEquals(Fault.OTHER_OPCODE, read("status-opcode").fault());
    }

    @Test
    void whatIsNotAQueryIsTold() {
        byte[] reply = golden.get("plain").clone();
        reply[2] |= (byte) 0x80;
        assertEquals(
                Fault.NOT_A_QUERY, Query.read(Unpooled.wrappedBuffer(reply)).fault());
        assertEquals(
                Fault.NOT_A_QUERY,
                Query.read(Unpooled.wrappedBuffer(new byte[11])).fault());
        byte[] two = golden.get("plain").clone();
        two[5] = 2;
        assertEquals(Fault.MALFORMED, Query.read(Unpooled.wrappedBuffer(two)).fault());
        byte[] none = golden.get("plain").clone();
        none[5] = 0;
        assertEquals(Fault.MALFORMED, Query.read(Unpooled.wrappedBuffer(none)).fault());
    }

    @Test
    void everyCutOfAQueryIsMalformed() {
        for (byte[] whole : golden.values()) {
            if (Query.read(Unpooled.wrappedBuffer(whole)).fault() == Fault.NONE) {
                for (int length = 12; length < whole.length; length++) {
                    Query cut = Query.read(Unpooled.wrappedBuffer(whole, 0, length));
                    assertEquals(Fault.MALFORMED, cut.fault(), "length " + length);
                }
            }
        }
    }

    @Test
    void aDotInsideALabelIsNoBoundary() {
        byte[] query = HexFormat.of().parseHex("12340100000100000000000003" + "612e62" + "0000010001");
        assertEquals(
                "a\\.b", Query.read(Unpooled.wrappedBuffer(query)).question().name());
    }

    @Test
    void aNameOfMoreThan255BytesIsMalformed() {
        for (int labels : new int[] {4, 5}) { // 4 * 63 + 1 = 253 bytes, 5 * 63 + 1 = 316
            byte[] query = new byte[12 + labels * 63 + 1 + 4];
            query[5] = 1;
            for (int i = 0; i < labels; i++) {
                query[12 + i * 63] = 62;
                java.util.Arrays.fill(query, 13 + i * 63, 12 + (i + 1) * 63, (byte) 'a');
            }
            Fault fault = Query.read(Unpooled.wrappedBuffer(query)).fault();
            assertEquals(labels == 4 ? Fault.NONE : Fault.MALFORMED, fault);
        }
    }

    @Test
    void repliesAreWhatDnsjavaExpects() throws IOException {
        byte[] query = golden.get("mixed-case");
        ByteBuf out = Unpooled.buffer();
        Reply.addresses(out, Unpooled.wrappedBuffer(query), read("mixed-case"), addresses(2), 2, 512);
        Message reply = new Message(ByteBufUtil.getBytes(out));
        assertEquals(0x1234, reply.getHeader().getID());
        assertEquals("qr rd ra", reply.getHeader().printFlags().strip());
        assertEquals("My-WEB.Ov2.", reply.getQuestion().getName().toString(), "the asker's spelling");
        List<Record> records = reply.getSection(Section.ANSWER);
        assertEquals(2, records.size());
        assertEquals("10.0.9.0", ((ARecord) records.get(0)).getAddress().getHostAddress());
        assertEquals(2, records.get(0).getTTL());
        assertEquals("My-WEB.Ov2.", records.get(0).getName().toString());
    }

    @Test
    void ednsIsEchoedOnlyToThoseWhoSpokeIt() throws IOException {
        ByteBuf out = Unpooled.buffer();
        Reply.empty(out, Unpooled.wrappedBuffer(golden.get("edns-version-1")), read("edns-version-1"), Rcode.BADVERS);
        Message badvers = new Message(ByteBufUtil.getBytes(out));
        assertEquals(org.xbill.DNS.Rcode.BADVERS, badvers.getRcode());
        assertEquals(4096, badvers.getOPT().getPayloadSize());
        ByteBuf plain = Unpooled.buffer();
        Reply.empty(plain, Unpooled.wrappedBuffer(golden.get("plain")), read("plain"), Rcode.NXDOMAIN);
        assertEquals(null, new Message(ByteBufUtil.getBytes(plain)).getOPT());
    }

    @Test
    void whatDoesNotFitIsCutAtARecordAndMarked() throws IOException {
        for (String name : List.of("plain", "edns")) {
            Query query = read(name);
            ByteBuf out = Unpooled.buffer();
            Reply.addresses(
                    out, Unpooled.wrappedBuffer(golden.get(name)), query, addresses(200), 2, query.udpBytesMax());
            assertTrue(out.readableBytes() <= query.udpBytesMax());
            assertTrue(out.readableBytes() > query.udpBytesMax() - 16);
            Message cut = new Message(ByteBufUtil.getBytes(out));
            assertTrue(cut.getHeader().getFlag(Flags.TC));
            assertEquals(
                    (out.readableBytes() - 24 - (query.edns() ? 11 : 0)) / 16,
                    cut.getSection(Section.ANSWER).size());
        }
    }

    @Test
    void pointersAreNames() throws IOException {
        ByteBuf out = Unpooled.buffer();
        Reply.pointer(out, Unpooled.wrappedBuffer(golden.get("reverse")), read("reverse"), "web.1.abc.ov2", 2);
        PTRRecord record = (PTRRecord) new Message(ByteBufUtil.getBytes(out))
                .getSection(Section.ANSWER)
                .get(0);
        assertEquals("web.1.abc.ov2.", record.getTarget().toString());
        ByteBuf bad = Unpooled.buffer();
        Reply.pointer(bad, Unpooled.wrappedBuffer(golden.get("reverse")), read("reverse"), "a".repeat(64) + ".ov2", 2);
        assertEquals(Rcode.SERVFAIL, new Message(ByteBufUtil.getBytes(bad)).getRcode());
    }

    @Test
    void randomQueriesOfDnsjavaAreReadAsWritten() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int labels = random.nextInt(6); labels >= 0; labels--) {
                random.ints(1 + random.nextInt(30), 'A', 'z')
                        .map(c -> c == '\\' ? '-' : c)
                        .forEach(c -> name.append((char) c));
                name.append('.');
            }
            int type = new int[] {Type.A, Type.AAAA, Type.MX, Type.TXT, Type.PTR, Type.SRV}[random.nextInt(6)];
            Message query = Message.newQuery(Record.newRecord(Name.fromString(name.toString()), type, DClass.IN));
            Query read = Query.read(Unpooled.wrappedBuffer(query.toWire()));
            String lower = name.substring(0, name.length() - 1).toLowerCase(java.util.Locale.ROOT);
            assertEquals(new Question(lower, type, 1), read.question());
            assertEquals(query.getHeader().getID(), read.id());
        }
    }

    @Test
    void garbageNeverThrows() {
        Random random = new Random(7);
        List<byte[]> seeds = new ArrayList<>(golden.values());
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes;
            if (i % 2 == 0) {
                bytes = new byte[random.nextInt(80)];
                random.nextBytes(bytes);
            } else {
                bytes = seeds.get(random.nextInt(seeds.size())).clone();
                for (int flips = random.nextInt(6); flips >= 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
            ByteBuf message = Unpooled.wrappedBuffer(bytes);
            Query query = Query.read(message);
            assertNotNull(query.fault());
            ByteBuf out = Unpooled.buffer();
            Reply.empty(out, message, query, Rcode.FORMERR);
            if (query.fault() == Fault.NONE && UpstreamReply.answers(bytes, bytes, query.questionLength())) {
                UpstreamReply.read(bytes, query.questionLength());
            }
            if (bytes.length >= 12) {
                UpstreamReply kept = UpstreamReply.read(bytes, Math.min(query.questionLength(), bytes.length - 12));
                if (kept != null) {
                    kept.cacheableSeconds();
                    kept.copyFor(bytes, query.questionLength(), 5);
                }
            }
        }
    }

    @Test
    void upstreamRepliesAgeAndAreReaddressed() throws IOException {
        Message query = Message.newQuery(Record.newRecord(Name.fromString("outside.test."), Type.A, DClass.IN));
        byte[] raw = query.toWire();
        int length = Query.read(Unpooled.wrappedBuffer(raw)).questionLength();
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        reply.addRecord(
                Record.fromString(query.getQuestion().getName(), Type.A, DClass.IN, 60, "192.0.2.1", Name.root),
                Section.ANSWER);
        reply.addRecord(
                Record.fromString(query.getQuestion().getName(), Type.A, DClass.IN, 20, "192.0.2.2", Name.root),
                Section.ANSWER);
        byte[] wire = reply.toWire();
        assertTrue(UpstreamReply.answers(wire, raw, length));
        UpstreamReply kept = UpstreamReply.read(wire, length);
        assertEquals(20, kept.cacheableSeconds());
        byte[] asker = Message.newQuery(Record.newRecord(Name.fromString("OUTSIDE.test."), Type.A, DClass.IN))
                .toWire();
        Message copy = new Message(kept.copyFor(asker, length, 15));
        assertEquals("OUTSIDE.test.", copy.getQuestion().getName().toString());
        assertEquals(new Message(asker).getHeader().getID(), copy.getHeader().getID());
        assertEquals(45, copy.getSection(Section.ANSWER).get(0).getTTL());
        assertEquals(5, copy.getSection(Section.ANSWER).get(1).getTTL());
        assertArrayEquals(wire, reply.toWire(), "the kept one is left as it was");
    }

    @Test
    void aDenialIsKeptForTheMinimumOfItsSoa() throws IOException {
        Message query = Message.newQuery(Record.newRecord(Name.fromString("gone.test."), Type.A, DClass.IN));
        int length = Query.read(Unpooled.wrappedBuffer(query.toWire())).questionLength();
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setRcode(Rcode.NXDOMAIN);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        assertEquals(0, UpstreamReply.read(reply.toWire(), length).cacheableSeconds(), "without SOA not at all");
        Name zone = Name.fromString("test.");
        reply.addRecord(new SOARecord(zone, DClass.IN, 900, zone, zone, 1, 2, 3, 4, 30), Section.AUTHORITY);
        assertEquals(30, UpstreamReply.read(reply.toWire(), length).cacheableSeconds());
    }

    private Query read(String name) {
        return Query.read(Unpooled.wrappedBuffer(golden.get(name)));
    }

    private static List<IpAddress> addresses(int count) {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(IpAddress.of((byte) 10, (byte) 0, (byte) 9, (byte) i));
        }
        return addresses;
    }

    private static Map<String, byte[]> golden() {
        Map<String, byte[]> queries = new HashMap<>();
        try (InputStream file = MessagesTest.class.getResourceAsStream("/golden/dig-queries.txt")) {
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" \\| ");
                    queries.put(parts[0], HexFormat.of().parseHex(parts[2]));
                }
            }
            return queries;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
