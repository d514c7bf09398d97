package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.session.FrameReader;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.trust.OwnKey;
import io.swarmnet.model.trust.PeerCheck;
import io.swarmnet.worker.identity.NodeIdentity;
import java.io.IOException;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A peer that says whatever a test wants, over the JDK's own blocking TLS. */
final class RawPeer implements AutoCloseable {
    private final SSLSocket socket;
    private final FrameReader reader = new FrameReader(Frames.MAX_SESSION_BODY_BYTES);

    /** @param identity null = no certificate */
    RawPeer(HostPort port, String alpn, NodeIdentity identity) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        KeyManager[] keys = identity == null
                ? new KeyManager[0]
                : new KeyManager[] {new OwnKey(identity.key(), identity.certificate())};
        context.init(keys, new TrustManager[] {PeerCheck.afterHandshake()}, null);
        socket = (SSLSocket)
                context.getSocketFactory().createSocket(port.address().toInet(), port.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        if (alpn != null) {
            parameters.setApplicationProtocols(new String[] {alpn});
        }
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(8_000);
        socket.startHandshake();
    }

    void say(SessionMessage message) throws IOException {
        say(Frames.encode(message));
    }

    void say(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next message, or null when the other end closed. */
    SessionMessage hear() throws Exception {
        byte[] piece = new byte[16_384];
        while (true) {
            SessionMessage message = reader.next();
            if (message != null) {
                return message;
            }
            int read;
            try {
                read = socket.getInputStream().read(piece);
            } catch (IOException e) {
                return null;
            }
            if (read < 0) {
                return null;
            }
            reader.append(Arrays.copyOf(piece, read));
        }
    }

    /** The next message that is of the type, or null when the other end closed before. */
    <T extends SessionMessage> T hear(Class<T> type) throws Exception {
        SessionMessage message = hear();
        while (message != null && !type.isInstance(message)) {
            message = hear();
        }
        return type.cast(message);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
