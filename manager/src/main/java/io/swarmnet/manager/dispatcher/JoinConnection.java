package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.session.SessionMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code swarmnet-join/1} connection: the root for who asks, a certificate for who has the secret, then the end. */
final class JoinConnection {
    private static final Logger LOG = LoggerFactory.getLogger(JoinConnection.class);
    private static final int ROOT_REQUESTS = 2;

    private final FrameSocket socket;
    private final Admission admission;
    private final PortCounters counters;
    private int rootRequests;
    private boolean isAsked;

    JoinConnection(FrameSocket socket, Admission admission, PortCounters counters) {
        this.socket = socket;
        this.admission = admission;
        this.counters = counters;
    }

    void received(SessionMessage message) {
        if (message instanceof SessionMessage.RootRequest && rootRequests++ < ROOT_REQUESTS) {
            try {
                socket.send(admission.root());
            } catch (SwarmnetException e) {
                socket.refuse(e.httpStatus(), e.getMessage());
            }
        } else if (message instanceof SessionMessage.CertificateRequest request && !isAsked) {
            isAsked = true;
            admit(request);
        } else {
            counters.garbage.increment();
            socket.refuse(400, message.getClass().getSimpleName() + " is not said here, or not that often");
        }
    }

    private void admit(SessionMessage.CertificateRequest request) {
        String address = socket.peer();
        admission.admit(request, address).onComplete(done -> {
            if (done.succeeded()) {
                counters.joined.increment();
                LOG.info(
                        "Node joined node={} hostname={} peer={}", done.result().node(), request.hostname(), address);
                socket.endWith(done.result());
            } else {
                Throwable cause = done.cause();
                boolean ours = !(cause instanceof SwarmnetException);
                if (ours) {
                    LOG.error("Join failed peer={}", address, cause);
                } else {
                    LOG.info("Join refused peer={} reason={}", address, cause.getMessage());
                }
                int status = cause instanceof SwarmnetException refusal ? refusal.httpStatus() : 500;
                socket.refuse(status, ours ? "internal error" : cause.getMessage());
            }
        });
    }
}
