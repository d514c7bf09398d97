package io.swarmnet.engine.daemon;

import io.swarmnet.engine.api.Membership;
import io.swarmnet.manager.control.SwarmControl;
import io.swarmnet.manager.store.Change;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.UnavailableException;
import io.swarmnet.model.id.NodeId;
import io.swarmnet.model.net.HostPort;
import io.swarmnet.model.object.NodeAvailability;
import io.swarmnet.model.object.NodeRole;
import io.swarmnet.model.session.JoinToken;
import io.swarmnet.worker.Placement;
import io.swarmnet.worker.Worker;
import io.swarmnet.worker.identity.IdentityFile;
import io.swarmnet.worker.identity.NodeIdentity;
import io.swarmnet.worker.session.JoinClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's part in a swarm: init, join, leave, and finding it again after a restart. {@code node.json} is what counts:
 * the node is in a swarm exactly when it says so, and what an interrupted init or join left is wiped by the next one.
 */
final class SwarmMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(SwarmMembership.class);
    private static final long SESSION_WAIT_MILLIS = 20_000;
    private static final long LEAVE_WAIT_MILLIS = 15_000;
    private static final long RETRY_MILLIS = 5_000;
    private static final long MANAGERS_MILLIS = 10_000;
    private static final String NOT_A_MANAGER = "This node is not a swarm manager. ";
    private static final Status OUTSIDE = new Status(State.INACTIVE, null, "", false, "");

    private final Vertx vertx;
    private final DaemonConfig config;
    private final NodeFile nodeFile;
    private final IdentityFile identityFile;
    private final SwarmFiles files;
    private final Future<? extends Worker> worker;
    private final SecureRandom random = new SecureRandom();
    private final List<Consumer<SwarmControl>> listeners = new CopyOnWriteArrayList<>();

    private volatile NodeFile.Content content;
    private volatile Status status = OUTSIDE;
    private volatile ManagerParts parts;
    private volatile String workerError = "";
    private boolean busy;
    private boolean stopping;
    /** Counts parts in a swarm that ended: what still waits for an earlier one must not touch the next. */
    private int era;

    /** @param worker completes when the worker is up; init and join wait for it */
    SwarmMembership(
            Vertx vertx,
            DaemonConfig config,
            NodeFile nodeFile,
            NodeFile.Content content,
            Future<? extends Worker> worker) {
        this.vertx = vertx;
        this.config = config;
        this.nodeFile = nodeFile;
        this.identityFile = new IdentityFile(config.dataRoot());
        this.files = new SwarmFiles(config);
        this.content = content;
        this.worker = worker;
        vertx.setPeriodic(MANAGERS_MILLIS, tick -> keepManagers());
    }

    // ---- after a restart

    /** Takes up the part the node had; returns at once, the rest goes on in the background. */
    void restore() {
        if (content.swarm() == null) {
            return;
        }
        synchronized (this) {
            busy = true;
        }
        vertx.executeBlocking(identityFile::load).onComplete(loaded -> {
            Optional<NodeIdentity> identity = loaded.succeeded() ? loaded.result() : Optional.empty();
            synchronized (this) {
                busy = false;
            }
            if (identity.isEmpty()) {
                String why = loaded.failed() ? loaded.cause().getMessage() : "the node's certificate is missing";
                LOG.error("The node cannot take up its part in the swarm because={}", why);
                status = new Status(State.ERROR, null, "", false, why);
                return;
            }
            NodeFile.InSwarm swarm = content.swarm();
            boolean manager = identity.get().role() == NodeRole.MANAGER;
            status = active(identity.get(), swarm.placement(), manager, "");
            int now = era();
            if (manager) {
                takeUpManager(identity.get(), swarm, now);
            }
            takeUpWorker(identity.get(), swarm, now);
        });
    }

    private synchronized int era() {
        return era;
    }

    private synchronized boolean isOver(int began) {
        return stopping || era != began;
    }

    private void takeUpManager(NodeIdentity identity, NodeFile.InSwarm swarm, int began) {
        if (isOver(began)) {
            return;
        }
        start(identity, swarm, List.of()).onFailure(e -> {
            synchronized (this) {
                if (isOver(began)) {
                    return;
                }
                status = active(identity, swarm.placement(), true, String.valueOf(e.getMessage()));
            }
            LOG.error("Manager parts cannot start retryMillis={} because={}", RETRY_MILLIS, e.getMessage());
            vertx.setTimer(RETRY_MILLIS, tick -> takeUpManager(identity, swarm, began));
        });
    }

    /** At the host's start the node's address may not be there yet. */
    private void takeUpWorker(NodeIdentity identity, NodeFile.InSwarm swarm, int began) {
        if (isOver(began)) {
            return;
        }
        worker.compose(up -> up.enter(identity, swarm.placement(), swarm.managers()))
                .onComplete(entered -> {
                    if (isOver(began)) {
                        return;
                    }
                    String why = entered.succeeded()
                            ? ""
                            : String.valueOf(entered.cause().getMessage());
                    workerError = why;
                    if (entered.failed()) {
                        LOG.error("The worker cannot enter the swarm because={}", why);
                        // Once it is in, it looks for a manager by itself.
                        if (worker.succeeded() && worker.result().managers().isEmpty()) {
                            vertx.setTimer(RETRY_MILLIS, tick -> takeUpWorker(identity, swarm, began));
                        }
                    }
                });
    }

    private Future<Void> start(NodeIdentity identity, NodeFile.InSwarm swarm, List<Change> birth) {
        int began = era();
        return ManagerParts.start(
                        vertx, files.site(swarm.listen(), swarm.placement().managerAddress()), identity, birth)
                .compose(started -> {
                    synchronized (this) {
                        if (isOver(began)) {
                            return started.close()
                                    .transform(closed -> Future.failedFuture(new UnavailableException(
                                            "this node left the swarm, or ended, while its manager was starting")));
                        }
                        parts = started;
                        status = active(identity, swarm.placement(), true, "");
                    }
                    LOG.info("This node is a manager node={} port={}", identity.node(), swarm.listen());
                    listeners.forEach(listener -> listener.accept(started.control()));
                    return Future.succeededFuture();
                });
    }

    private static Status active(NodeIdentity identity, Placement placement, boolean manager, String error) {
        return new Status(
                State.ACTIVE, identity.node(), placement.addresses().get(0).toString(), manager, error);
    }

    // ---- init

    @Override
    public Future<NodeId> init(Init request) {
        begin();
        SwarmStart start = new SwarmStart(config, random, Clock.systemUTC());
        Future<NodeId> done = worker.compose(up -> vertx.executeBlocking(() -> {
                            files.wipe();
                            SwarmStart.Prepared prepared = start.prepare(request);
                            ManagerParts.checkPort(prepared.swarm().listen());
                            identityFile.save(prepared.identity());
                            return prepared;
                        })
                        .compose(prepared -> start(prepared.identity(), prepared.swarm(), prepared.birth())
                                .compose(started -> save(prepared.swarm()))
                                .compose(saved -> within(
                                        up.enter(
                                                prepared.identity(),
                                                prepared.swarm().placement(),
                                                prepared.swarm().managers()),
                                        "the manager was started, and its own node has no session with it yet"))
                                .map(entered -> prepared.identity().node())))
                .recover(failure ->
                        leaveWorker().compose(left -> undo()).transform(undone -> Future.failedFuture(failure)));
        return done.onComplete(end -> finish());
    }

    // ---- join

    @Override
    public Future<Void> join(Join request) {
        begin();
        return worker.compose(up -> joined(request, up)).onComplete(end -> finish());
    }

    private Future<Void> joined(Join request, Worker up) {
        JoinToken token;
        try {
            token = JoinToken.parse(request.token());
            if (request.remotes().isEmpty()) {
                throw new InvalidSpecException("RemoteAddrs: at least one manager's address must be given");
            }
            if (request.availability() != NodeAvailability.ACTIVE) {
                throw new NotSupportedException(
                        "Availability (--availability) at join is not supported by swarmnet yet: use docker node update");
            }
        } catch (RuntimeException e) {
            return undo().transform(undone -> Future.failedFuture(e));
        }
        Future<Entering> admitted = admit(token, request.remotes(), 0)
                .compose(admission -> vertx.executeBlocking(() -> {
                    NodeFile.InSwarm swarm = files.placeWorker(request, admission.manager());
                    files.wipe();
                    identityFile.save(admission.identity());
                    return new Entering(admission.identity(), swarm);
                }));
        return admitted.compose(entering -> save(entering.swarm()).map(entering))
                .recover(failure -> undo().transform(undone -> Future.failedFuture(failure)))
                .compose(entering -> {
                    status = active(entering.identity(), entering.swarm().placement(), false, "");
                    // From here on the node is in the swarm: a session that does not come is waited for, not undone.
                    return within(
                            up.enter(
                                    entering.identity(),
                                    entering.swarm().placement(),
                                    entering.swarm().managers()),
                            "Timeout was reached before node joined. The attempt to join the swarm will continue in the"
                                    + " background. Use the \"docker info\" command to see the current swarm status of"
                                    + " your node.");
                });
    }

    private record Entering(NodeIdentity identity, NodeFile.InSwarm swarm) {}

    private record Admission(NodeIdentity identity, HostPort manager) {}

    /** Asks one manager after the other; the last one's refusal is told. */
    private Future<Admission> admit(JoinToken token, List<String> remotes, int index) {
        return vertx.executeBlocking(() -> SwarmFiles.resolve(remotes.get(index)))
                .compose(manager -> JoinClient.join(vertx, token, manager, config.hostname(), random, Clock.systemUTC())
                        .map(identity -> new Admission(identity, manager)))
                .compose(admission -> admission.identity().role() == NodeRole.MANAGER
                        ? Future.failedFuture(new NotSupportedException(
                                "joining as a manager is not there yet: use the worker's token (docker swarm join-token"
                                        + " worker)"))
                        : Future.succeededFuture(admission))
                .recover(failure ->
                        index + 1 < remotes.size() ? admit(token, remotes, index + 1) : Future.failedFuture(failure));
    }

    // ---- leave

    @Override
    public Future<Void> leave(boolean force) {
        synchronized (this) {
            if (content.swarm() == null && status.state() != State.ERROR) {
                throw new UnavailableException(
                        busy
                                ? "This node is joining a swarm; try again in a moment"
                                : "This node is not part of a swarm");
            }
            if (status.manager() && !force) {
                throw new UnavailableException(
                        "You are attempting to leave the swarm on a node that is participating as"
                                + " a manager. Removing the last manager erases all current state of the swarm. Use `--force` to"
                                + " ignore this message. ");
            }
            if (busy) {
                throw new UnavailableException("This node is joining or leaving a swarm; try again in a moment");
            }
            busy = true;
        }
        return leaveWorker().compose(left -> undo()).onComplete(end -> finish());
    }

    /** Never fails. */
    private Future<Void> leaveWorker() {
        return worker.compose(up -> up.leave().timeout(LEAVE_WAIT_MILLIS, TimeUnit.MILLISECONDS))
                .recover(failure -> {
                    LOG.warn("The worker did not leave cleanly because={}", failure.getMessage());
                    return Future.succeededFuture();
                });
    }

    /** Back to a node outside of any swarm: parts ended, files wiped. */
    private Future<Void> undo() {
        ManagerParts ending;
        synchronized (this) {
            era++;
            ending = parts;
            parts = null;
        }
        workerError = "";
        Future<Void> closed = ending == null ? Future.succeededFuture() : ending.close();
        return closed.eventually(() -> save(null))
                .eventually(() -> vertx.executeBlocking(() -> {
                    files.wipe();
                    return null;
                }))
                .onComplete(end -> status = OUTSIDE);
    }

    // ---- the rest

    private void begin() {
        synchronized (this) {
            if (busy || content.swarm() != null || status.state() != State.INACTIVE) {
                throw new UnavailableException(
                        "This node is already part of a swarm. Use \"docker swarm leave\" to leave"
                                + " this swarm and join another one.");
            }
            busy = true;
            status = new Status(State.PENDING, null, "", false, "");
        }
    }

    private synchronized void finish() {
        busy = false;
    }

    private static Future<Void> within(Future<Void> future, String words) {
        return future.timeout(SESSION_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException ? new UnavailableException(words) : failure));
    }

    private Future<Void> save(NodeFile.InSwarm swarm) {
        return vertx.executeBlocking(() -> {
            saveNow(swarm);
            return null;
        });
    }

    private synchronized void saveNow(NodeFile.InSwarm swarm) throws IOException {
        NodeFile.Content next = content.with(swarm);
        nodeFile.save(next);
        content = next;
    }

    /** Managers move; a restart must find one of those last told. */
    private void keepManagers() {
        NodeFile.InSwarm swarm = content.swarm();
        List<HostPort> told = worker.succeeded() ? worker.result().managers() : List.of();
        if (swarm != null && !told.isEmpty() && !told.equals(swarm.managers())) {
            int began = era();
            vertx.executeBlocking(() -> {
                        synchronized (this) {
                            // The node may have left meanwhile, and must not find itself in the swarm again.
                            if (!isOver(began) && content.swarm() == swarm) {
                                saveNow(new NodeFile.InSwarm(swarm.placement(), told, swarm.listen()));
                            }
                        }
                        return null;
                    })
                    .onFailure(e -> LOG.warn("node.json not written because={}", e.getMessage()));
        }
    }

    @Override
    public Status status() {
        Status now = status;
        boolean told = now.state() != State.ACTIVE || !now.error().isEmpty() || workerError.isEmpty();
        return told ? now : new Status(now.state(), now.nodeId(), now.nodeAddress(), now.manager(), workerError);
    }

    @Override
    public SwarmControl control() {
        return controlIfManager().orElseThrow(() -> {
            Status now = status;
            if (now.manager()) {
                return new UnavailableException(
                        NOT_A_MANAGER + "Manager is being prepared or has trouble connecting to the cluster.");
            }
            return new UnavailableException(NOT_A_MANAGER
                    + (now.state() == State.ACTIVE
                            ? "Worker nodes can't be used to view or modify cluster state. Please run this command"
                                    + " on a manager node or promote the current node to a manager."
                            : "Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and"
                                    + " try again."));
        });
    }

    @Override
    public Optional<SwarmControl> controlIfManager() {
        return Optional.ofNullable(parts).map(ManagerParts::control);
    }

    @Override
    public void onManager(Consumer<SwarmControl> listener) {
        listeners.add(listener);
        controlIfManager().ifPresent(listener);
    }

    /** Ends the manager's parts; the node stays in its swarm. */
    Future<Void> stop() {
        ManagerParts ending;
        synchronized (this) {
            stopping = true;
            ending = parts;
            parts = null;
        }
        return ending == null ? Future.succeededFuture() : ending.close();
    }
}
