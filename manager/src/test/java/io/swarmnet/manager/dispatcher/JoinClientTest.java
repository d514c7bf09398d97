package io.swarmnet.manager.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.manager.ca.RootAuthority;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.object.TrustRoot;
import io.swarmnet.model.session.Alpn;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.JoinToken;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.trust.OwnKey;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.session.JoinClient;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinClientTest {
    private PortFixture swarm;
    private NetServer fake;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    @BeforeEach
    void open() throws Exception {
        swarm = new PortFixture(PortFixture.FAST, SessionListener.NONE);
    }

    @AfterEach
    void close() throws Exception {
        swarm.close();
    }

    private Future<NodeIdentity> join(JoinToken token, HostPort manager) {
        return JoinClient.join(swarm.vertx, token, manager, "node2", PortFixture.RANDOM, InstantSource.system());
    }

    private static String failure(Future<NodeIdentity> join) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> PortFixture.await(join));
        return assertInstanceOf(SwarmnetException.class, failed.getCause()).getMessage();
    }

    @Test
    void aTokenMakesANode() throws Exception {
        NodeIdentity identity = PortFixture.await(join(swarm.workerToken(), swarm.address));
        assertEquals(NodeRole.WORKER, identity.role());
        assertEquals(swarm.cluster, identity.cluster());
        assertEquals("node2", swarm.node(identity.node()).description().hostname());
        assertEquals(1, swarm.dispatcher.counters().joined());
    }

    @Test
    void aWrongSecretIsAnInvalidToken() {
        JoinToken wrong = JoinToken.of(swarm.trust.certificatePem(), "0".repeat(25));
        assertEquals("invalid join token", failure(join(wrong, swarm.address)));
    }

    @Test
    void aWrongDigestIsToldAsDockerTellsIt() {
        JoinToken other = JoinToken.of("another root", swarm.secrets.worker());
        assertEquals(
                "remote CA does not match fingerprint. Expected: " + other.fingerprint(),
                failure(join(other, swarm.address)));
    }

    @Test
    void aManagersTokenIsRefusedWithASentence() {
        JoinToken manager = JoinToken.of(swarm.trust.certificatePem(), swarm.secrets.manager());
        assertTrue(failure(join(manager, swarm.address)).startsWith("joining as a manager is not supported yet"));
    }

    @Test
    void aClosedPortIsToldAsDockerTellsIt() throws Exception {
        HostPort nobody;
        try (ServerSocket reserved = new ServerSocket(0)) {
            nobody = HostPort.parse("127.0.0.1:" + reserved.getLocalPort());
        }
        assertEquals(
                "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp "
                        + nobody + ": connect: connection refused\"",
                failure(join(swarm.workerToken(), nobody)));
    }

    @Test
    void clocksThatDisagreeAreNamed() {
        InstantSource past = InstantSource.fixed(Instant.now().minus(Duration.ofDays(2)));
        String said = failure(
                JoinClient.join(swarm.vertx, swarm.workerToken(), swarm.address, "node2", PortFixture.RANDOM, past));
        assertTrue(said.contains("check the clocks"), said);
        assertTrue(said.contains(past.instant().atOffset(ZoneOffset.UTC).getYear() + "-"), said);
    }

    /** The secret is said to nobody whose root is not the token's, nor to anybody but a manager of that root. */
    @Test
    void anImpostorNeverHearsTheSecret() throws Exception {
        TrustRoot foreign = RootAuthority.create(swarm.cluster, PortFixture.RANDOM, Instant.now());
        Instant now = Instant.now();
        // Shows its own root; shows the real root without a certificate of it; shows a stolen worker's certificate.
        assertNotTold(PortFixture.identity(foreign, swarm.cluster, NodeRole.MANAGER, now, 3_600), foreign);
        assertNotTold(PortFixture.identity(foreign, swarm.cluster, NodeRole.MANAGER, now, 3_600), swarm.trust);
        assertNotTold(PortFixture.identity(swarm.trust, swarm.cluster, NodeRole.WORKER, now, 3_600), swarm.trust);
        assertNotTold(
                PortFixture.identity(swarm.trust, swarm.cluster, NodeRole.MANAGER, now.minusSeconds(9_000), 3_600),
                swarm.trust);
    }

    private void assertNotTold(NodeIdentity impostor, TrustRoot told) throws Exception {
        heard.reset();
        HostPort address = fake(impostor, told);
        String said = failure(join(swarm.workerToken(), address));
        assertFalse(said.isEmpty());
        byte[] expected = Frames.encode(new SessionMessage.RootRequest());
        assertEquals(
                new String(expected, StandardCharsets.ISO_8859_1), heard.toString(StandardCharsets.ISO_8859_1), said);
        PortFixture.await(fake.close());
    }

    private HostPort fake(NodeIdentity identity, TrustRoot told) throws Exception {
        NetServerOptions options = new NetServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(KeyCertOptions.wrap(new OwnKey(identity.key(), identity.certificate())))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        options.getSslOptions().setApplicationLayerProtocols(List.of(Alpn.JOIN));
        fake = swarm.vertx
                .createNetServer(options)
                .connectHandler(socket -> socket.handler(piece -> {
                    heard.writeBytes(piece.getBytes());
                    socket.write(Buffer.buffer(Frames.encode(new SessionMessage.RootAnswer(told.certificatePem()))));
                }));
        return HostPort.parse(
                "127.0.0.1:" + PortFixture.await(fake.listen(0, "127.0.0.1")).actualPort());
    }
}
