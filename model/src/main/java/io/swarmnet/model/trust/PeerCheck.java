package io.swarmnet.model.trust;

import io.swarmnet.model.object.NodeRole;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Lets a TLS handshake pass when the peer's certificate is one of this swarm with a wanted role. */
public final class PeerCheck extends X509ExtendedTrustManager {
    private final SwarmTrust trust;
    private final Set<NodeRole> roles;
    private final InstantSource clock;

    private PeerCheck(SwarmTrust trust, Set<NodeRole> roles, InstantSource clock) {
        this.trust = trust;
        this.roles = roles;
        this.clock = clock;
    }

    public static PeerCheck of(SwarmTrust trust, Set<NodeRole> roles, InstantSource clock) {
        return new PeerCheck(trust, Set.copyOf(roles), clock);
    }

    /**
     * Lets every handshake pass, for the two ends that look at the certificate right after it and before anything else: the
     * server of port 2377, whose demands depend on ALPN, and a joiner, which is told the root first.
     */
    public static PeerCheck afterHandshake() {
        return new PeerCheck(null, Set.of(), null);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (trust == null) {
            return;
        }
        if (chain == null || chain.length == 0) {
            throw new CertificateException("the peer showed no certificate");
        }
        PeerVerdict verdict = trust.check(chain[0], clock.instant());
        if (verdict instanceof PeerVerdict.Refused refused) {
            throw new CertificateException(refused.reason());
        }
        if (verdict instanceof PeerVerdict.Trusted trusted && !roles.contains(trusted.role())) {
            throw new CertificateException("the peer is a " + trusted.role().organizationalUnit());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
