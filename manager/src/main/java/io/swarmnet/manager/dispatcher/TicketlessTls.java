package io.swarmnet.manager.dispatcher;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import javax.net.ssl.SSLException;

/** The JDK's TLS without session tickets: a resumed session would outlive the revocation of a certificate (details D). */
final class TicketlessTls extends JdkSSLEngineOptions {
    // The JDK sends no ticket for sessions that would live longer than RFC 8446 section 4.6.1 allows, which is a week.
    private static final long LONGER_THAN_A_TICKET_SECONDS = 604_801;

    @Override
    public TicketlessTls copy() {
        return new TicketlessTls();
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new DefaultSslContextFactory(SslProvider.JDK, false) {
            @Override
            public SslContext create() throws SSLException {
                SslContext context = super.create();
                context.sessionContext().setSessionTimeout((int) LONGER_THAN_A_TICKET_SECONDS);
                return context;
            }
        };
    }
}
