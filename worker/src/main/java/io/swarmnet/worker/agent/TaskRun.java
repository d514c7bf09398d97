package io.swarmnet.worker.agent;

import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.TaskState;
import io.swarmnet.model.object.TaskStatus;
import io.swarmnet.model.session.AssignedTask;
import io.swarmnet.worker.container.Container;
import io.swarmnet.worker.container.ContainerRequest;
import io.swarmnet.worker.image.Images;
import io.swarmnet.worker.sandbox.ResolvConf;
import io.swarmnet.worker.sandbox.SandboxFiles;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task on this node, from assigned to ended. Its steps happen one after the other; each is told to the manager as a
 * state that only increases. Belongs to the worker's context.
 */
final class TaskRun {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRun.class);

    private final AssignedTask task;
    private final AgentTools tools;
    private TaskStatus status;
    private Future<Void> work = Future.succeededFuture();
    private boolean stopping;
    private boolean connected;
    private Future<Void> forgotten;

    TaskRun(AssignedTask task, AgentTools tools) {
        this.task = task;
        this.tools = tools;
    }

    AssignedTask task() {
        return task;
    }

    TaskStatus status() {
        return status;
    }

    Wanted.Known known() {
        return new Wanted.Known(stopping, hasEnded());
    }

    /** Sandbox, networks, files, container: then it runs, and its names resolve everywhere. */
    void start() {
        report(TaskState.PREPARING, "preparing", null, 0, 0);
        then(() -> prepare().compose(v -> run())).onFailure(this::failed);
    }

    /**
     * Takes up a task that an earlier life of the daemon started and that still runs. One that cannot be connected again
     * fails, so that its managers replace it: a task that runs without its networks is worse than none. Never fails.
     */
    Future<Void> adopt(Container container) {
        return then(() -> connect()
                        .onSuccess(leg -> {
                            connected = true;
                            running(container);
                        })
                        .mapEmpty())
                .recover(this::notAdopted);
    }

    private Future<Void> notAdopted(Throwable e) {
        LOG.error("Task not adopted, it is ended task={}: {}", task.name(), e.getMessage(), e);
        report(TaskState.FAILED, "adopting", e.getMessage(), 0, 0);
        return then(() -> tools.containers().stop(task.container())).otherwiseEmpty();
    }

    /** Notes a task that ended while the daemon was away. */
    void adoptEnded(Container container) {
        ended(container);
    }

    private Future<Void> prepare() {
        Images.Image image = tools.images().find(task.spec().image());
        return connect()
                .compose(leg -> {
                    connected = true;
                    return tools.kernel().run(() -> writeFiles(leg)).map(leg);
                })
                .compose(leg -> tools.containers().create(request(image, leg)))
                .mapEmpty();
    }

    private Future<Container.GatewayLeg> connect() {
        return tools.connector()
                .connect(
                        task.container(),
                        task.name(),
                        task.attachments(),
                        task.spec().dnsServers().stream().map(IpAddress::parse).toList());
    }

    private Void writeFiles(Container.GatewayLeg leg) throws java.io.IOException {
        List<IpAddress> addresses = new ArrayList<>();
        for (Attachment attachment : task.attachments()) {
            attachment.addresses().stream().map(CidrAddress::address).forEach(addresses::add);
        }
        addresses.add(leg.address().address());
        files().write(
                        hostname(),
                        task.spec().hosts(),
                        addresses,
                        ResolvConf.read(Path.of("/etc/resolv.conf")),
                        new SandboxFiles.DnsSettings(
                                task.spec().dnsServers(),
                                task.spec().dnsSearch(),
                                task.spec().dnsOptions()));
        return null;
    }

    private SandboxFiles files() {
        return tools.files(task.container());
    }

    private String hostname() {
        String wanted = task.spec().hostname();
        return wanted == null || wanted.isEmpty() ? task.container().value().substring(0, 12) : wanted;
    }

    private ContainerRequest request(Images.Image image, Container.GatewayLeg leg) {
        SandboxFiles files = files();
        return new ContainerRequest(
                task.container(),
                task.name(),
                task.id(),
                image,
                task.spec(),
                labels(),
                hostname(),
                tools.sandboxes().path(task.container()),
                files.hosts(),
                files.resolvConf(),
                files.hostname(),
                task.attachments(),
                leg,
                tools.cgroupParent());
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new java.util.TreeMap<>(task.spec().labels());
        labels.put("com.docker.swarm.node.id", tools.nodeId());
        labels.put("com.docker.swarm.service.id", task.serviceId().value());
        labels.put("com.docker.swarm.service.name", task.serviceName());
        labels.put("com.docker.swarm.task", "");
        labels.put("com.docker.swarm.task.id", task.id().value());
        labels.put("com.docker.swarm.task.name", task.name());
        return labels;
    }

    private Future<Void> run() {
        if (stopping) {
            return Future.succeededFuture();
        }
        report(TaskState.STARTING, "starting", null, 0, 0);
        return tools.containers()
                .start(task.container())
                .onSuccess(this::running)
                .mapEmpty();
    }

    private void running(Container container) {
        // A command may have ended before its start was told; then its exit is told instead.
        if (container.state() != Container.State.RUNNING || hasEnded()) {
            return;
        }
        if (!stopping) {
            tools.connector().announce(task.attachments());
        }
        report(TaskState.RUNNING, "started", null, container.pid(), 0);
    }

    private boolean hasEnded() {
        return status != null && status.state().isTerminal();
    }

    private void failed(Throwable e) {
        LOG.warn("Task failed to start task={}: {}", task.name(), e.getMessage());
        boolean rejected = e instanceof NotFoundException;
        report(rejected ? TaskState.REJECTED : TaskState.FAILED, "preparing", e.getMessage(), 0, 0);
        release();
    }

    /** No new flows, then the stop signal, then what its end brings. */
    void stop() {
        if (stopping) {
            return;
        }
        stopping = true;
        tools.connector().withdraw(task.attachments());
        then(() -> tools.containers().stop(task.container())).onComplete(done -> {
            if (!hasEnded()) {
                String error = done.failed() ? done.cause().getMessage() : null;
                report(TaskState.SHUTDOWN, "shutdown", error, 0, 0);
                release();
            }
        });
    }

    /** The container's process is gone. */
    void ended(Container container) {
        if (hasEnded()) {
            return;
        }
        tools.connector().withdraw(task.attachments());
        int code = container.exitCode();
        if (stopping) {
            report(TaskState.SHUTDOWN, "shutdown", null, 0, code);
        } else if (code == 0) {
            report(TaskState.COMPLETE, "finished", null, 0, 0);
        } else {
            report(TaskState.FAILED, "started", "task: non-zero exit (" + code + ")", 0, code);
        }
        release();
    }

    private void release() {
        then(this::disconnect);
    }

    private Future<Void> disconnect() {
        if (!connected) {
            return Future.succeededFuture();
        }
        connected = false;
        return tools.connector().disconnect(task.container(), task.attachments());
    }

    /** Ends it and removes all of it from the node. When that failed it may be asked again. */
    Future<Void> forget() {
        if (forgotten == null || forgotten.failed()) {
            stop();
            forgotten = then(() -> tools.containers()
                    .remove(task.container())
                    .eventually(this::disconnect)
                    .compose(v -> tools.kernel().execute(files()::delete)));
        }
        return forgotten;
    }

    private Future<Void> then(Supplier<Future<Void>> step) {
        work = work.transform(before -> step.get());
        return work;
    }

    private void report(TaskState state, String message, String error, int pid, int exitCode) {
        if (status != null && !state.isAfter(status.state())) {
            return;
        }
        status = new TaskStatus(state, tools.now(), message, error, pid, exitCode);
        LOG.info("Task state task={} state={}{}", task.name(), state, error == null ? "" : " error=" + error);
        tools.report(task.id(), status);
    }
}
