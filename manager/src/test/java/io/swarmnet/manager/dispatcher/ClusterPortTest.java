package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.ca.RootAuthority;
import io.swarmnet.model.id.ClusterId;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.session.Alpn;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.NodeKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterPortTest {
    private PortFixture swarm;

    @BeforeEach
    void open() throws Exception {
        swarm = new PortFixture(PortFixture.FAST, SessionListener.NONE);
    }

    @AfterEach
    void close() throws Exception {
        swarm.close();
    }

    /** The table of details D, with every kind of certificate: exactly the allowed pass. */
    @Test
    void alpnAloneDecidesWhichCertificatePasses() throws Exception {
        Map<String, NodeIdentity> kinds = kinds();
        Map<String, Boolean> seen = new LinkedHashMap<>();
        Map<String, Boolean> allowed = new HashMap<>();
        for (String alpn : new String[] {Alpn.JOIN, Alpn.SESSION, Alpn.CLUSTER, "h2", null}) {
            for (Map.Entry<String, NodeIdentity> kind : kinds.entrySet()) {
                String row = alpn + " with " + kind.getKey();
                allowed.put(row, false);
                seen.put(row, passes(alpn, kind.getValue()));
            }
        }
        allowed.put(Alpn.JOIN + " with no certificate", true);
        allowed.put(Alpn.SESSION + " with a worker's", true);
        allowed.put(Alpn.SESSION + " with a manager's", true);
        seen.forEach((row, passed) -> assertEquals(allowed.get(row), passed, row));
        assertEquals(5 * kinds.size(), seen.size());
    }

    private Map<String, NodeIdentity> kinds() {
        Instant now = Instant.now();
        TrustRoot foreignRoot = RootAuthority.create(swarm.cluster, PortFixture.RANDOM, now);
        ClusterId otherId = new ClusterId("another0swarm");
        Map<String, NodeIdentity> kinds = new LinkedHashMap<>();
        kinds.put("no certificate", null);
        kinds.put("another root's", identity(foreignRoot, swarm.cluster, NodeRole.WORKER, now));
        kinds.put("another root's manager's", identity(foreignRoot, swarm.cluster, NodeRole.MANAGER, now));
        kinds.put("another swarm's id", identity(swarm.trust, otherId, NodeRole.WORKER, now));
        kinds.put("an expired one", identity(swarm.trust, swarm.cluster, NodeRole.WORKER, now.minusSeconds(7_200)));
        kinds.put("one of tomorrow", identity(swarm.trust, swarm.cluster, NodeRole.WORKER, now.plusSeconds(86_400)));
        kinds.put("a worker's", swarm.worker());
        kinds.put("a manager's", manager());
        return kinds;
    }

    private static NodeIdentity identity(TrustRoot trust, ClusterId cluster, NodeRole role, Instant made) {
        return PortFixture.identity(trust, cluster, role, made, 3_600);
    }

    private NodeIdentity manager() {
        swarm.commit(NodeRecords.admit(
                swarm.store.snapshot(), swarm.manager.node(), NodeRole.MANAGER, "m", "127.0.0.1", Instant.now()));
        return swarm.manager;
    }

    private boolean passes(String alpn, NodeIdentity identity) throws Exception {
        try (RawPeer peer = new RawPeer(swarm.address, alpn, identity)) {
            boolean join = Alpn.JOIN.equals(alpn);
            try {
                peer.say(
                        join
                                ? new SessionMessage.RootRequest()
                                : new SessionMessage.Hello(PortFixture.description("x")));
            } catch (IOException closedAlready) {
                return false;
            }
            SessionMessage answer = peer.hear();
            if (answer instanceof SessionMessage.RootAnswer || answer instanceof SessionMessage.Welcome) {
                return true;
            }
            if (answer != null) {
                SessionMessage.Refusal refusal = assertInstanceOf(SessionMessage.Refusal.class, answer);
                assertFalse(refusal.message().isEmpty());
                assertNull(peer.hear(), "a refusal is the last word");
            }
            return false;
        } catch (SSLHandshakeException e) {
            // RFC 7301: a client that offers other protocols only is told no_application_protocol.
            assertFalse(Alpn.ALL.contains(alpn), e.getMessage());
            return false;
        }
    }

    @Test
    void aNodeThatIsNotOrNoLongerInTheSwarmIsRefused() throws Exception {
        NodeIdentity removed =
                PortFixture.identity(swarm.trust, swarm.cluster, NodeRole.WORKER, Instant.now(), 7_776_000);
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, removed)) {
            peer.say(new SessionMessage.Hello(PortFixture.description("x")));
            SessionMessage.Refusal refusal = peer.hear(SessionMessage.Refusal.class);
            assertEquals(403, refusal.httpStatus());
        }
    }

    @Test
    void wrongSecretsAndManagersSecretsAreToldApart() throws Exception {
        String csr = NodeKeys.requestPem(NodeKeys.generate(PortFixture.RANDOM));
        assertEquals(
                new SessionMessage.Refusal(400, "invalid join token"),
                join(new SessionMessage.CertificateRequest(csr, "0000000000000000000000000", "h")));
        assertEquals(
                new SessionMessage.Refusal(400, "invalid join token"),
                join(new SessionMessage.CertificateRequest(csr, null, "h")));
        SessionMessage manager = join(new SessionMessage.CertificateRequest(csr, swarm.secrets.manager(), "h"));
        assertEquals(
                501, assertInstanceOf(SessionMessage.Refusal.class, manager).httpStatus());
        SessionMessage noRequest = join(new SessionMessage.CertificateRequest(null, swarm.secrets.worker(), "h"));
        assertEquals(
                400, assertInstanceOf(SessionMessage.Refusal.class, noRequest).httpStatus());
        assertTrue(swarm.store.snapshot().nodes().isEmpty());
        SessionMessage good = join(new SessionMessage.CertificateRequest(csr, swarm.secrets.worker(), "h"));
        SessionMessage.CertificateAnswer answer = assertInstanceOf(SessionMessage.CertificateAnswer.class, good);
        assertEquals(1, swarm.node(answer.node()).senderIndex());
        assertEquals("h", swarm.node(answer.node()).description().hostname());
    }

    private SessionMessage join(SessionMessage request) throws Exception {
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.JOIN, null)) {
            peer.say(request);
            return peer.hear();
        }
    }

    @Test
    void garbageEndsItsConnectionAndNothingElse() throws Exception {
        Random random = new Random(11);
        NodeIdentity worker = swarm.worker();
        for (int i = 0; i < 16; i++) {
            boolean join = i % 2 == 0;
            try (RawPeer peer = new RawPeer(swarm.address, join ? Alpn.JOIN : Alpn.SESSION, join ? null : worker)) {
                byte[] garbage = new byte[32 + random.nextInt(4_000)];
                random.nextBytes(garbage);
                garbage[0] = (byte) 0x7f;
                peer.say(garbage);
                assertInstanceOf(SessionMessage.Refusal.class, peer.hear());
                assertNull(peer.hear());
            }
        }
        assertTrue(swarm.dispatcher.counters().garbage() >= 16);
        assertNotNull(join(new SessionMessage.RootRequest()));
    }

    @Test
    void everyMessageInTheWrongPlaceIsRefused() throws Exception {
        NodeIdentity worker = swarm.worker();
        SessionMessage[] wrong = {
            new SessionMessage.Hello(null),
            new SessionMessage.Report(1, null),
            new SessionMessage.Welcome(1, 1, 1, null, 1),
            new SessionMessage.Assign(null),
            new SessionMessage.ReportStored(1),
            new SessionMessage.Ask(1, null),
            new SessionMessage.Leave(),
            new SessionMessage.CertificateRequest("x", "y", "z")
        };
        for (SessionMessage message : wrong) {
            try (RawPeer peer = new RawPeer(swarm.address, Alpn.SESSION, worker)) {
                peer.say(message);
                assertEquals(400, peer.hear(SessionMessage.Refusal.class).httpStatus(), message.toString());
            }
        }
    }

    @Test
    void oversizedJoinFramesAreRefusedBeforeTheyAreRead() throws Exception {
        try (RawPeer peer = new RawPeer(swarm.address, Alpn.JOIN, null)) {
            peer.say(ByteBuffer.allocate(8)
                    .putInt(Frames.MAX_JOIN_BODY_BYTES + 1)
                    .putShort((short) 3)
                    .putShort((short) 1)
                    .array());
            SessionMessage.Refusal refusal = assertInstanceOf(SessionMessage.Refusal.class, peer.hear());
            assertTrue(refusal.message().contains("limit"), refusal.message());
        }
    }

    @Test
    void slowJoinersAndSilentSessionsAreCutOff() throws Exception {
        NodeIdentity worker = swarm.worker();
        try (RawPeer joiner = new RawPeer(swarm.address, Alpn.JOIN, null);
                RawPeer session = new RawPeer(swarm.address, Alpn.SESSION, worker)) {
            joiner.say(new byte[] {0, 0});
            assertEquals(408, joiner.hear(SessionMessage.Refusal.class).httpStatus());
            assertEquals(408, session.hear(SessionMessage.Refusal.class).httpStatus());
        }
    }

    @Test
    void anAddressThatJoinsTooOftenIsToldSo() throws Exception {
        swarm.close();
        DispatcherConfig slow = new DispatcherConfig(1_000, 1_000, 5, 5, 200, 1_000, 4, 1_000, 5, 32);
        swarm = new PortFixture(slow, SessionListener.NONE);
        int refused = 0;
        for (int i = 0; i < 12; i++) {
            refused += join(new SessionMessage.RootRequest()) instanceof SessionMessage.Refusal refusal
                            && refusal.httpStatus() == 429
                    ? 1
                    : 0;
        }
        assertTrue(refused >= 1 && refused <= 7, refused + " of 12 refused");
        assertEquals(refused, swarm.dispatcher.counters().limited());
    }

    /** What openssl prints when a ticket comes: "Post-Handshake New Session Ticket arrived". */
    @Test
    void noSessionTicketIsGivenAndOlderTlsIsRefused() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        String modern = openssl("-tls1_3");
        assertTrue(modern.contains("ALPN protocol: " + Alpn.JOIN), modern);
        assertFalse(modern.contains("New Session Ticket arrived"), modern);
        assertFalse(openssl("-tls1_2").contains("ALPN protocol: " + Alpn.JOIN));
    }

    private String openssl(String version) throws Exception {
        Process process = new ProcessBuilder(
                        "openssl", "s_client", "-connect", swarm.address.toString(), version, "-alpn", Alpn.JOIN)
                .redirectErrorStream(true)
                .start();
        // The port ends a join connection after a second, so that openssl sees all that comes and then the end.
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        return said;
    }
}
