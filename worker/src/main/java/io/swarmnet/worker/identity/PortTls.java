package io.swarmnet.worker.identity;

import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.session.Alpn;
import io.swarmnet.model.trust.OwnKey;
import io.swarmnet.model.trust.PeerCheck;
import io.swarmnet.model.trust.Tls13;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * How a node dials port 2377 (details D): TLS 1.3 only, one ALPN name, no host name check because the certificate is the
 * identity. The server gives no session tickets, so nothing is ever resumed.
 */
public final class PortTls {
    /** A peer that does not acknowledge for this long is gone. Has an effect with Netty's native transport only. */
    public static final int TCP_USER_TIMEOUT_MILLIS = 3_000;

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private PortTls() {}

    /** Shows no certificate and checks none: the caller checks the server's before it says anything (see {@code JoinClient}). */
    public static NetClientOptions joining() {
        return common(Alpn.JOIN).setTrustOptions(TrustOptions.wrap(PeerCheck.afterHandshake()));
    }

    /** Shows the node's certificate and accepts managers of its swarm only. */
    public static NetClientOptions session(NodeIdentity identity) {
        PeerCheck managers = PeerCheck.of(identity.trust(), Set.of(NodeRole.MANAGER), InstantSource.system());
        return common(Alpn.SESSION)
                .setKeyCertOptions(KeyCertOptions.wrap(new OwnKey(identity.key(), identity.certificate())))
                .setTrustOptions(TrustOptions.wrap(managers));
    }

    private static NetClientOptions common(String protocol) {
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTcpNoDelay(true)
                .setTcpUserTimeout(TCP_USER_TIMEOUT_MILLIS)
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setUseAlpn(true)
                .setApplicationLayerProtocols(List.of(protocol))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        // Named, because Vert.x reads the JDK's whole trust store to find out which suites are the default.
        Tls13.SUITES.forEach(options::addEnabledCipherSuite);
        return options;
    }
}
