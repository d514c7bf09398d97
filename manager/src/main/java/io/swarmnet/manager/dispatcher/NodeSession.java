package io.swarmnet.manager.dispatcher;

import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.session.Assignment;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.session.SilenceWatch;
import io.swarmnet.model.trust.PeerVerdict;
import io.swarmnet.model.wire.Encoding;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manager's end of one session. Belongs to the dispatcher's event loop. */
final class NodeSession {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    private record Call(Promise<byte[]> promise, long timer) {}

    private final Vertx vertx;
    private final FrameSocket socket;
    private final PeerVerdict.Trusted peer;
    private final DispatcherConfig config;
    private final long number;
    private final SilenceWatch silence;
    private final InstantSource clock;
    private final Map<Long, Call> calls = new HashMap<>();
    private long nextCall = 1;
    private byte[] assigned;
    private boolean isWelcomed;
    private boolean isOwedAssignment;
    private long owedStored;

    /** @param number counts sessions; of two of one node the higher one holds */
    NodeSession(
            Vertx vertx,
            FrameSocket socket,
            PeerVerdict.Trusted peer,
            DispatcherConfig config,
            long number,
            long nowMillis,
            InstantSource clock) {
        this.vertx = vertx;
        this.socket = socket;
        this.peer = peer;
        this.config = config;
        this.number = number;
        this.silence = new SilenceWatch(config.keepaliveMillis(), nowMillis);
        this.clock = clock;
    }

    NodeId node() {
        return peer.node();
    }

    PeerVerdict.Trusted peer() {
        return peer;
    }

    long number() {
        return number;
    }

    FrameSocket socket() {
        return socket;
    }

    SilenceWatch silence() {
        return silence;
    }

    boolean isWelcomed() {
        return isWelcomed;
    }

    void welcome(SessionMessage.Welcome welcome, long nowMillis) {
        isWelcomed = true;
        say(welcome, nowMillis);
    }

    void keepalive(long nowMillis) {
        if (silence.mustSpeak(nowMillis) && !socket.isFull()) {
            say(new SessionMessage.Keepalive(clock.millis()), nowMillis);
        }
    }

    /**
     * Sends the assignment unless the node has the same already. When the node does not read fast enough it is owed one:
     * offer the newest again when the socket drained.
     */
    void offer(Assignment assignment, long nowMillis) {
        if (!isWelcomed || socket.isEnded()) {
            return;
        }
        byte[] wish = Encoding.encode(unnumbered(assignment));
        if (Arrays.equals(wish, assigned)) {
            isOwedAssignment = false;
            return;
        }
        isOwedAssignment = socket.isFull();
        if (isOwedAssignment) {
            return;
        }
        try {
            say(new SessionMessage.Assign(assignment), nowMillis);
            assigned = wish;
        } catch (IllegalStateException e) {
            LOG.error(
                    "Assignment does not fit a frame node={} tasks={}",
                    node(),
                    assignment.tasks().size(),
                    e);
        }
    }

    boolean isOwedAssignment() {
        return isOwedAssignment;
    }

    private static Assignment unnumbered(Assignment assignment) {
        return new Assignment(
                0,
                assignment.tasks(),
                assignment.networks(),
                assignment.peers(),
                assignment.gossipKeys(),
                assignment.claimCertificatePem());
    }

    /** Says that reports are stored, now or, to a node that does not read fast enough, when the socket drained. */
    void stored(long sequence) {
        owedStored = sequence;
        if (!socket.isEnded() && !socket.isFull()) {
            socket.send(new SessionMessage.ReportStored(sequence));
            owedStored = 0;
        }
    }

    void drained() {
        if (owedStored > 0) {
            stored(owedStored);
        }
    }

    /** Asks the node; fails with a sentence when it does not answer in time, has too many questions, or goes away. */
    Future<byte[]> ask(byte[] body) {
        if (!isWelcomed || socket.isEnded()) {
            return Future.failedFuture(new UnavailableException("node " + node() + " has no session"));
        }
        if (calls.size() >= config.askLimit() || socket.isFull()) {
            return Future.failedFuture(
                    new UnavailableException("node " + node() + " has too many questions to answer"));
        }
        long call = nextCall++;
        Promise<byte[]> promise = Promise.promise();
        long timer = vertx.setTimer(
                config.askTimeoutMillis(),
                late -> finish(
                        call, null, "node " + node() + " did not answer within " + config.askTimeoutMillis() + " ms"));
        calls.put(call, new Call(promise, timer));
        socket.send(new SessionMessage.Ask(call, body));
        return promise.future();
    }

    void answered(SessionMessage.Answer answer) {
        String error = answer.error() == null && answer.body() == null ? "the node answered nothing" : answer.error();
        finish(answer.call(), answer.body(), error);
    }

    private void finish(long number, byte[] body, String error) {
        // An answer that nobody waits for came after its time and is thrown away.
        Call call = calls.remove(number);
        if (call != null) {
            vertx.cancelTimer(call.timer());
            if (error == null) {
                call.promise().tryComplete(body);
            } else {
                call.promise().tryFail(new UnavailableException(error));
            }
        }
    }

    /** Fails what was asked. The socket is closed by the caller, or closed already. */
    void ended() {
        List<Long> open = new ArrayList<>(calls.keySet());
        open.forEach(call -> finish(call, null, "the session of node " + node() + " ended"));
    }

    private void say(SessionMessage message, long nowMillis) {
        if (socket.send(message)) {
            silence.spoke(nowMillis);
        }
    }

    @Override
    public String toString() {
        return "NodeSession[node=" + node() + ", number=" + number + "]";
    }
}
