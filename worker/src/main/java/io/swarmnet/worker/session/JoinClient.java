package io.swarmnet.worker.session;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.JoinToken;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.trust.PeerVerdict;
import io.swarmnet.model.trust.Pem;
import io.swarmnet.model.trust.SwarmTrust;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.NodeKeys;
import io.swarmnet.worker.identity.PortTls;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Joins a swarm once: asks for the root, checks its digest against the token before anything else is said, checks that the
 * server holds a manager's certificate of that root, and only then sends the secret with the request for a certificate.
 */
public final class JoinClient {
    private static final long DEADLINE_MILLIS = 10_000;

    private final Vertx vertx;
    private final JoinToken token;
    private final HostPort manager;
    private final String hostname;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Promise<NodeIdentity> outcome = Promise.promise();
    // Held here because Vert.x closes a client that nothing reaches.
    private final NetClient client;

    private FrameSocket socket;
    private X509Certificate server;
    private X509Certificate root;
    private KeyPair keys;

    private JoinClient(
            Vertx vertx, JoinToken token, HostPort manager, String hostname, SecureRandom random, InstantSource clock) {
        this.vertx = vertx;
        this.token = token;
        this.manager = manager;
        this.hostname = hostname;
        this.random = random;
        this.clock = clock;
        this.client = vertx.createNetClient(PortTls.joining());
    }

    /**
     * Fails within 15 s with a {@code SwarmnetException} in words: the digest, the secret, the clock, or the manager that
     * is not reached. Nothing is stored: see {@code IdentityFile}.
     */
    public static Future<NodeIdentity> join(
            Vertx vertx, JoinToken token, HostPort manager, String hostname, SecureRandom random, InstantSource clock) {
        return new JoinClient(vertx, token, manager, hostname, random, clock).join();
    }

    private Future<NodeIdentity> join() {
        long deadline = vertx.setTimer(
                DEADLINE_MILLIS,
                late -> outcome.tryFail(Reasons.dial(manager, new java.util.concurrent.TimeoutException("timed out"))));
        vertx.executeBlocking(() -> NodeKeys.generate(random), false)
                .compose(made -> {
                    keys = made;
                    return client.connect(manager.port(), manager.address().toString())
                            .recover(failure -> Future.failedFuture(Reasons.dial(manager, failure)));
                })
                .onSuccess(this::connected)
                .onFailure(outcome::tryFail);
        return outcome.future().eventually(() -> {
            vertx.cancelTimer(deadline);
            return client.close();
        });
    }

    private void connected(NetSocket connection) {
        socket = new FrameSocket(connection, Frames.MAX_JOIN_BODY_BYTES);
        server = certificate(connection);
        socket.start(
                this::received,
                reason -> fail(new UnavailableException("join by " + manager + " ended early: " + reason)));
        socket.send(new SessionMessage.RootRequest());
    }

    private void received(SessionMessage message) {
        try {
            if (message instanceof SessionMessage.RootAnswer answer && root == null) {
                pinned(answer.rootCertificatePem());
            } else if (message instanceof SessionMessage.CertificateAnswer answer && root != null) {
                issued(answer);
            } else if (message instanceof SessionMessage.Refusal refusal) {
                fail(new SwarmnetException(bounded(refusal.httpStatus()), refusal.message()));
            } else {
                fail(new SwarmnetException(
                        500,
                        manager + " answered a join with " + message.getClass().getSimpleName()));
            }
        } catch (SwarmnetException e) {
            fail(e);
        } catch (IllegalArgumentException e) {
            fail(new SwarmnetException(500, manager + " answered a join with what cannot be read: " + e.getMessage()));
        }
    }

    /** The root is the token's, and the server is one of its managers: now, and not before, the secret may be said. */
    private void pinned(String rootPem) {
        if (rootPem == null || !token.matches(rootPem)) {
            throw new SwarmnetException(500, "remote CA does not match fingerprint. Expected: " + token.fingerprint());
        }
        X509Certificate told = Pem.certificate(rootPem);
        if (server == null) {
            throw new SwarmnetException(500, manager + " showed no certificate");
        }
        PeerVerdict verdict = new SwarmTrust(told, null).check(server, clock.instant());
        if (verdict instanceof PeerVerdict.Refused refused) {
            throw new SwarmnetException(500, manager + " is not trusted: " + refused.reason());
        }
        if (((PeerVerdict.Trusted) verdict).role() != NodeRole.MANAGER) {
            throw new SwarmnetException(500, manager + " is not trusted: it is not a manager");
        }
        root = told;
        socket.send(new SessionMessage.CertificateRequest(NodeKeys.requestPem(keys), token.secret(), hostname));
    }

    private void issued(SessionMessage.CertificateAnswer answer) {
        X509Certificate certificate = Pem.certificate(answer.certificatePem());
        if (!certificate.getPublicKey().equals(keys.getPublic())) {
            throw new InvalidSpecException(manager + " certified another key than this node's");
        }
        PeerVerdict verdict = new SwarmTrust(root, answer.cluster()).check(certificate, clock.instant());
        if (verdict instanceof PeerVerdict.Refused refused) {
            throw new SwarmnetException(500, "the certificate from " + manager + " is of no use: " + refused.reason());
        }
        NodeIdentity identity = NodeIdentity.of(keys.getPrivate(), certificate, root);
        outcome.tryComplete(identity);
        socket.end("joined");
    }

    private void fail(SwarmnetException failure) {
        outcome.tryFail(failure);
        socket.end(failure.getMessage());
    }

    private static int bounded(int httpStatus) {
        return httpStatus >= 400 && httpStatus <= 599 ? httpStatus : 500;
    }

    private static X509Certificate certificate(NetSocket connection) {
        try {
            List<Certificate> chain = connection.peerCertificates();
            return chain != null && !chain.isEmpty() && chain.get(0) instanceof X509Certificate first ? first : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
