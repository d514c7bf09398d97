package io.swarmnet.worker.session;

import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.NodeDescription;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.Frames;
import io.swarmnet.model.session.SessionMessage;
import io.swarmnet.model.session.SilenceWatch;
import io.swarmnet.model.session.TaskUpdate;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.identity.PortTls;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds one session to some manager, through failures: dials the next one when the one it has is gone or silent for 4 s,
 * says Hello, and sends again what was not stored. Lives on an event loop of its own; its methods may be called from any
 * thread.
 */
public final class ManagerSession {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerSession.class);
    private static final long LEAVE_MILLIS = 2_000;
    private static final int MESSAGE_CHARS = 1_024;

    private final Vertx vertx;
    private final NodeIdentity identity;
    private final Supplier<NodeDescription> description;
    private final SessionListener listener;
    private final SessionConfig config;
    private final ManagerList managers;
    private final PendingReports reports;
    private final Promise<SessionMessage.Welcome> firstWelcome = Promise.promise();

    private final Promise<Context> loop = Promise.promise();
    private Future<String> deployment;
    private Future<Void> closing;
    // Held here because Vert.x closes a client that nothing reaches.
    private NetClient client;
    private FrameSocket socket;
    private SilenceWatch silence;
    private long periodMillis;
    private long tickTimer = -1;
    private int asksInWork;
    private Promise<Void> leaving;
    private boolean isClosed;
    private volatile OptionalLong clockAheadMillis = OptionalLong.empty();
    private volatile boolean isOpen;
    private volatile String lastError = "";
    private volatile List<HostPort> told = List.of();

    /**
     * @param description asked at each Hello, on the event loop: it must not block
     * @param random for the jitter of the back-off
     */
    public ManagerSession(
            Vertx vertx,
            NodeIdentity identity,
            Supplier<NodeDescription> description,
            SessionListener listener,
            RandomGenerator random,
            SessionConfig config) {
        this.vertx = vertx;
        this.identity = identity;
        this.description = description;
        this.listener = listener;
        this.config = config;
        this.managers = new ManagerList(random, config.backoffMillisMin(), config.backoffMillisMax());
        this.reports = new PendingReports(config.reportLimit(), config.reportBatch());
        this.periodMillis = config.keepaliveMillis();
    }

    /**
     * Begins, once. Completes at the first welcome, however long that takes; fails when it is closed before.
     *
     * @param addresses of managers, at least one, tried in this order
     */
    public synchronized Future<SessionMessage.Welcome> open(List<HostPort> addresses) {
        if (addresses.isEmpty() || deployment != null) {
            return Future.failedFuture(new IllegalStateException(
                    addresses.isEmpty() ? "a session needs the address of a manager" : "the session is open already"));
        }
        managers.learn(addresses);
        told = managers.all();
        deployment = vertx.deployVerticle(new Deployable() {
            @Override
            public Future<?> deploy(Context context) {
                client = vertx.createNetClient(PortTls.session(identity));
                loop.complete(context);
                dial();
                return Future.succeededFuture();
            }

            @Override
            public Future<?> undeploy(Context context) {
                isClosed = true;
                end("the session was closed");
                firstWelcome.tryFail("the session was closed before a manager answered: " + lastError);
                return client.close();
            }
        });
        deployment.onFailure(firstWelcome::tryFail);
        return firstWelcome.future();
    }

    /** Tells the managers of a task's status, now or when there is a session again. Only the newest of a task is kept; texts are cut at 1,024 characters. */
    public void report(TaskUpdate update) {
        TaskStatus full = update.status();
        TaskUpdate cut = new TaskUpdate(
                update.task(),
                new TaskStatus(
                        full.state(),
                        full.timestamp(),
                        bounded(full.message()),
                        bounded(full.error()),
                        full.pid(),
                        full.exitCode()));
        onLoop(() -> {
            reports.add(cut);
            flush();
        });
    }

    /** Says Hello again, because the description changed. */
    public void describe() {
        onLoop(() -> {
            if (isOpen) {
                hello(socket);
            }
        });
    }

    public boolean isOpen() {
        return isOpen;
    }

    /** Where managers listen: as last told, and those known before. */
    public List<HostPort> managers() {
        return told;
    }

    /**
     * How far this node's clock is ahead of the manager's, by its last keepalive: too much by as long as that travelled.
     * Empty when none has come.
     */
    public OptionalLong clockAheadMillis() {
        return clockAheadMillis;
    }

    /** Why there is no session, or why the one before ended; empty when there was no failure. */
    public String lastError() {
        return lastError;
    }

    /** Tells the manager that the node goes for good, and closes. Completes after 2 s at most, also without a session. */
    public Future<Void> leave() {
        Promise<Void> said = Promise.promise();
        onLoop(() -> {
            if (!isOpen) {
                said.tryComplete();
                return;
            }
            leaving = said;
            say(new SessionMessage.Leave());
            vertx.setTimer(LEAVE_MILLIS, late -> said.tryComplete());
        });
        return said.future().eventually(this::close);
    }

    /** Closes without a word; the node is expected back. May be called again. */
    public synchronized Future<Void> close() {
        if (closing == null) {
            closing = deployment == null
                    ? Future.succeededFuture()
                    : deployment.compose(vertx::undeploy).otherwiseEmpty();
        }
        return closing;
    }

    private void onLoop(Runnable body) {
        synchronized (this) {
            if (deployment == null) {
                throw new IllegalStateException("open the session first");
            }
        }
        loop.future().onSuccess(where -> where.runOnContext(here -> body.run()));
    }

    private void dial() {
        if (isClosed) {
            return;
        }
        HostPort manager = managers.current();
        LOG.debug("Dialling a manager node={} manager={}", identity.node(), manager);
        client.connect(manager.port(), manager.address().toString()).onComplete(done -> {
            if (done.failed()) {
                failed(Reasons.dial(manager, done.cause()).getMessage());
            } else if (isClosed) {
                done.result().close();
            } else {
                connected(done.result(), manager);
            }
        });
    }

    private void connected(NetSocket connection, HostPort manager) {
        FrameSocket opened = new FrameSocket(connection, Frames.MAX_SESSION_BODY_BYTES);
        socket = opened;
        periodMillis = config.keepaliveMillis();
        silence = new SilenceWatch(periodMillis, nowMillis());
        opened.start(message -> received(opened, manager, message), reason -> ended(opened, manager + ": " + reason));
        hello(opened);
        if (!opened.isEnded()) {
            tick(opened, nowMillis() + config.welcomeMillis());
        }
    }

    private void hello(FrameSocket to) {
        try {
            say(new SessionMessage.Hello(description.get()));
        } catch (RuntimeException e) {
            LOG.error("Hello not said node={}", identity.node(), e);
            to.end("this node cannot describe itself: " + e.getMessage());
        }
    }

    private void received(FrameSocket from, HostPort manager, SessionMessage message) {
        silence.heard(nowMillis());
        if (message instanceof SessionMessage.Welcome welcome && !isOpen) {
            welcome(from, manager, welcome);
        } else if (message instanceof SessionMessage.Refusal refusal) {
            from.end(refusal.message());
        } else if (message instanceof SessionMessage.Leave && leaving != null) {
            leaving.tryComplete();
        } else if (message instanceof SessionMessage.Keepalive keepalive) {
            LOG.trace("Keepalive manager={}", manager);
            if (keepalive.clockMillis() > 0) {
                clockAheadMillis = OptionalLong.of(System.currentTimeMillis() - keepalive.clockMillis());
            }
        } else if (!isOpen) {
            from.end(message.getClass().getSimpleName() + " came before Welcome");
        } else if (message instanceof SessionMessage.Assign assign && assign.assignment() != null) {
            listener.assigned(assign.assignment());
        } else if (message instanceof SessionMessage.ReportStored stored) {
            reports.stored(stored.sequence());
        } else if (message instanceof SessionMessage.Ask ask && ask.body() != null) {
            answer(from, ask);
        } else {
            from.end(message.getClass().getSimpleName() + " is not said by a manager in a session");
        }
    }

    private void welcome(FrameSocket from, HostPort manager, SessionMessage.Welcome welcome) {
        periodMillis = Math.max(10, Math.min(60_000, welcome.keepaliveMillis()));
        silence = new SilenceWatch(periodMillis, nowMillis());
        if (welcome.managers() != null) {
            managers.learn(
                    welcome.managers().stream().filter(known -> known != null).toList());
            told = managers.all();
        }
        managers.succeeded();
        isOpen = true;
        lastError = "";
        LOG.info("Session opened node={} manager={} boot={}", identity.node(), manager, welcome.boot());
        reports.restart();
        tick(from, Long.MAX_VALUE);
        listener.welcome(welcome);
        firstWelcome.tryComplete(welcome);
        flush();
    }

    private void tick(FrameSocket of, long welcomeDeadline) {
        vertx.cancelTimer(tickTimer);
        tickTimer = vertx.setPeriodic(Math.max(1, periodMillis / 4), timer -> {
            long now = nowMillis();
            if (silence.isSilent(now)) {
                of.end("no word for " + SilenceWatch.PERIODS * periodMillis + " ms");
            } else if (now > welcomeDeadline) {
                of.end("no Welcome within " + config.welcomeMillis() + " ms");
            } else if (isOpen && silence.mustSpeak(now) && !of.isFull()) {
                say(new SessionMessage.Keepalive(System.currentTimeMillis()));
            }
        });
    }

    private void flush() {
        while (isOpen && !socket.isFull()) {
            SessionMessage.Report report = reports.next();
            if (report == null) {
                return;
            }
            say(report);
        }
        if (isOpen) {
            socket.readNoMoreUntilDrained(this::flush);
        }
    }

    private void answer(FrameSocket from, SessionMessage.Ask ask) {
        if (asksInWork >= config.askLimit()) {
            from.send(
                    new SessionMessage.Answer(ask.call(), null, "node " + identity.node() + " is busy with questions"));
            return;
        }
        asksInWork++;
        Future<byte[]> answer;
        try {
            answer = listener.ask(ask.body());
        } catch (RuntimeException e) {
            LOG.error("Question not handled", e);
            answer = Future.failedFuture(e);
        }
        answer.onComplete(done -> onLoop(() -> {
            asksInWork--;
            answered(from, ask.call(), done.succeeded() ? done.result() : null, done.cause());
        }));
    }

    private void answered(FrameSocket to, long call, byte[] body, Throwable failure) {
        boolean tooLong = body != null && body.length > Frames.MAX_SESSION_BODY_BYTES - MESSAGE_CHARS;
        String error = failure == null ? null : bounded(String.valueOf(failure.getMessage()));
        if (failure == null && (body == null || tooLong)) {
            error = tooLong ? "the answer does not fit a frame" : "no answer";
        }
        if (to.send(new SessionMessage.Answer(call, error == null ? body : null, error)) && to.isFull()) {
            to.readNoMoreUntilDrained(this::flush);
        }
        if (to == socket) {
            silence.spoke(nowMillis());
        }
    }

    private static String bounded(String text) {
        return text == null || text.length() <= MESSAGE_CHARS ? text : text.substring(0, MESSAGE_CHARS);
    }

    private void say(SessionMessage message) {
        if (socket != null && socket.send(message)) {
            silence.spoke(nowMillis());
        }
    }

    private void end(String reason) {
        vertx.cancelTimer(tickTimer);
        if (socket != null) {
            socket.end(reason);
        }
    }

    private void ended(FrameSocket which, String reason) {
        if (which != socket) {
            return;
        }
        vertx.cancelTimer(tickTimer);
        socket = null;
        boolean wasOpen = isOpen;
        isOpen = false;
        if (leaving != null) {
            leaving.tryComplete();
        }
        if (wasOpen) {
            LOG.info("Session closed node={} reason={}", identity.node(), reason);
            listener.closed(reason);
        }
        failed(reason);
    }

    private void failed(String reason) {
        lastError = reason;
        if (isClosed || leaving != null) {
            return;
        }
        long pause = managers.failed();
        LOG.debug("No session node={} reason={} retryMillis={}", identity.node(), reason, pause);
        vertx.setTimer(Math.max(1, pause), timer -> dial());
    }

    private static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
