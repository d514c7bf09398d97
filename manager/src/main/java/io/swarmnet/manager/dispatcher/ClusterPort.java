package io.swarmnet.manager.dispatcher;

import io.swarmnet.manager.store.ClusterStore;
import io.swarmnet.model.session.Alpn;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.trust.OwnKey;
import io.swarmnet.model.trust.PeerCheck;
import io.swarmnet.model.trust.PeerVerdict;
import io.swarmnet.model.trust.SwarmTrust;
import io.swarmnet.model.trust.Tls13;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Port 2377 of a manager: TLS 1.3, and ALPN alone decides what a connection may carry and which certificate it needs
 * (details D). A certificate is asked for, never demanded, in the handshake; it is judged right after it, so that a peer is
 * told in words why it is refused. One event loop serves the port and its {@link Dispatcher}.
 */
public final class ClusterPort {
    public static final int DEFAULT_PORT = 2377;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterPort.class);
    private static final int TCP_USER_TIMEOUT_MILLIS = 3_000;
    private static final int RATED_ADDRESSES = 1_024;

    private final Vertx vertx;
    private final ClusterStore store;
    private final Dispatcher dispatcher;
    private final DispatcherConfig config;
    private final PortIdentity identity;
    private final SwarmTrust trust;
    private final SecureRandom random;
    private final InstantSource clock;
    private final PortCounters counters;
    private final JoinRate rate;

    private Admission admission;
    private NetServer server;
    private Future<String> deployment;
    private int joinConnections;

    /**
     * @param vertx the node's, not the clustered one
     * @param dispatcher is started and stopped with the port
     */
    public ClusterPort(
            Vertx vertx,
            ClusterStore store,
            Dispatcher dispatcher,
            DispatcherConfig config,
            PortIdentity identity,
            SecureRandom random,
            InstantSource clock) {
        this.vertx = vertx;
        this.store = store;
        this.dispatcher = dispatcher;
        this.config = config;
        this.identity = identity;
        this.trust = identity.trust();
        this.random = random;
        this.clock = clock;
        this.counters = dispatcher.counters();
        this.rate = new JoinRate(config.joinsPerSecond(), RATED_ADDRESSES);
    }

    /**
     * Opens the port and starts the dispatcher.
     *
     * @param port 0 = any free one
     * @return the port that is listened on; fails as bind(2) does
     */
    public synchronized Future<Integer> listen(String host, int port) {
        if (deployment != null) {
            return Future.failedFuture(new IllegalStateException("the cluster port is open already"));
        }
        deployment = vertx.deployVerticle(new Deployable() {
            @Override
            public Future<?> deploy(Context loop) {
                return open(loop, host, port);
            }

            @Override
            public Future<?> undeploy(Context loop) {
                dispatcher.stop();
                return server.close();
            }
        });
        Future<String> opened = deployment;
        return opened.map(id -> {
                    LOG.info("Cluster port open address={} port={}", host, server.actualPort());
                    return server.actualPort();
                })
                .onFailure(failure -> forget(opened));
    }

    /**
     * Closes the port and ends all sessions. Nodes are not marked down: they look for a manager again. May be called again,
     * and {@link #listen} after it.
     */
    public synchronized Future<Void> close() {
        Future<String> open = deployment;
        deployment = null;
        return open == null
                ? Future.succeededFuture()
                : open.compose(vertx::undeploy).otherwiseEmpty();
    }

    private synchronized void forget(Future<String> failed) {
        if (deployment == failed) {
            deployment = null;
        }
    }

    private Future<NetServer> open(Context loop, String host, int port) {
        admission = new Admission(vertx, store, new Rereading(vertx, loop, store, random), random, clock);
        server = vertx.createNetServer(options()).connectHandler(this::connected);
        // Handshakes that fail are everyday life on an open port.
        server.exceptionHandler(failure -> {
            counters.refused.increment();
            LOG.debug("Handshake failed reason={}", failure.toString());
        });
        return server.listen(port, host).onSuccess(open -> dispatcher.start(loop));
    }

    private NetServerOptions options() {
        NetServerOptions options = new NetServerOptions()
                .setTcpNoDelay(true)
                .setTcpUserTimeout(TCP_USER_TIMEOUT_MILLIS)
                .setSsl(true)
                .setSslEngineOptions(new TicketlessTls())
                .setUseAlpn(true)
                .setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(KeyCertOptions.wrap(new OwnKey(identity.key(), identity.certificate())))
                .setTrustOptions(TrustOptions.wrap(PeerCheck.afterHandshake()))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        // Named, because Vert.x reads the JDK's whole trust store to find out which suites are the default.
        Tls13.SUITES.forEach(options::addEnabledCipherSuite);
        ServerSSLOptions tls = options.getSslOptions();
        tls.setApplicationLayerProtocols(Alpn.ALL);
        return options;
    }

    private void connected(NetSocket socket) {
        String protocol = socket.applicationLayerProtocol();
        if (Alpn.JOIN.equals(protocol)) {
            join(new FrameSocket(vertx, socket, counters, Frames.MAX_JOIN_BODY_BYTES), certificate(socket));
        } else if (Alpn.SESSION.equals(protocol)) {
            session(new FrameSocket(vertx, socket, counters, Frames.MAX_SESSION_BODY_BYTES), certificate(socket));
        } else if (Alpn.CLUSTER.equals(protocol)) {
            turnAway(
                    new FrameSocket(vertx, socket, counters, Frames.MAX_JOIN_BODY_BYTES),
                    501,
                    "several managers in one swarm are not supported yet");
        } else {
            counters.refused.increment();
            socket.close();
        }
    }

    private void join(FrameSocket socket, X509Certificate certificate) {
        String address = socket.peer();
        if (certificate != null) {
            turnAway(socket, 400, "a node that joins shows no certificate");
        } else if (!rate.allows(address, Dispatcher.nowMillis()) || joinConnections >= config.joinConnections()) {
            counters.limited.increment();
            turnAway(socket, 429, "too many join connections from " + address + ": try again in a second");
        } else {
            joinConnections++;
            long deadline = vertx.setTimer(
                    config.joinDeadlineMillis(),
                    late -> socket.refuse(408, "not joined within " + config.joinDeadlineMillis() + " ms"));
            JoinConnection connection = new JoinConnection(socket, admission, counters);
            socket.start(connection::received, () -> {
                joinConnections--;
                vertx.cancelTimer(deadline);
            });
        }
    }

    private void session(FrameSocket socket, X509Certificate certificate) {
        if (certificate == null) {
            turnAway(socket, 401, "a session needs the certificate of a node of this swarm");
            return;
        }
        PeerVerdict verdict = trust.check(certificate, clock.instant());
        if (verdict instanceof PeerVerdict.Trusted trusted) {
            dispatcher.accepted(socket, trusted);
        } else {
            turnAway(socket, 403, ((PeerVerdict.Refused) verdict).reason());
        }
    }

    private static void turnAway(FrameSocket socket, int status, String reason) {
        socket.start(message -> {}, () -> {});
        socket.refuse(status, reason);
    }

    /** What the peer showed in the handshake and proved to hold the key of, or null. */
    private static X509Certificate certificate(NetSocket socket) {
        try {
            List<Certificate> chain = socket.peerCertificates();
            boolean shown = chain != null && !chain.isEmpty();
            return shown && chain.get(0) instanceof X509Certificate first ? first : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
