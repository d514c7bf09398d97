package io.swarmnet.worker.network;

import io.swarmnet.dns.io.DnsServer;
import io.swarmnet.dns.io.Registration;
import io.swarmnet.dns.names.AttachedNetwork;
import io.swarmnet.dns.names.SandboxNames;
import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.worker.container.Container.GatewayLeg;
import io.swarmnet.worker.kernel.KernelExecutor;
import io.swarmnet.worker.sandbox.Sandbox;
import io.swarmnet.worker.sandbox.Sandboxes;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a task its sandbox: a namespace, a port on each of its networks, a leg on docker_gwbridge for the way out, and
 * answers on 127.0.0.11. Everything it does is found done when it is done again. Belongs to the worker's context.
 */
public final class Connector implements Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private static final int DNS_PORT = 53;

    private final KernelExecutor lane;
    private final Sandboxes sandboxes;
    private final Overlays overlays;
    private final GatewayBridge gateway;
    private final DnsServer dns;
    private final Map<ContainerId, Registration> served = new HashMap<>();

    public Connector(
            KernelExecutor lane, Sandboxes sandboxes, Overlays overlays, GatewayBridge gateway, DnsServer dns) {
        this.lane = lane;
        this.sandboxes = sandboxes;
        this.overlays = overlays;
        this.gateway = gateway;
        this.dns = dns;
    }

    @Override
    public Future<GatewayLeg> connect(
            ContainerId container, String name, List<Attachment> attachments, List<IpAddress> nameServers) {
        return lane.run(() -> sandboxes.open(container))
                .compose(sandbox -> attachAll(container, name, attachments, sandbox)
                        .compose(v -> lane.run(() -> gateway.attach(sandbox, container, "eth" + attachments.size())))
                        .compose(leg -> serveNames(container, sandbox, attachments, nameServers)
                                .map(leg)))
                .recover(failed -> disconnect(container, attachments).transform(done -> {
                    if (done.failed()) {
                        failed.addSuppressed(done.cause());
                    }
                    return Future.failedFuture(failed);
                }));
    }

    private Future<Void> attachAll(ContainerId container, String name, List<Attachment> attachments, Sandbox sandbox) {
        Future<Void> done = Future.succeededFuture();
        for (int i = 0; i < attachments.size(); i++) {
            Attachment attachment = attachments.get(i);
            String device = "eth" + i;
            done = done.compose(v -> overlays.network(attachment)
                    .attach(attachment, container.value(), name, sandbox.netns().path(), device));
        }
        return done;
    }

    private Future<Void> serveNames(
            ContainerId container, Sandbox sandbox, List<Attachment> attachments, List<IpAddress> nameServers) {
        if (served.containsKey(container)) {
            return Future.succeededFuture();
        }
        List<AttachedNetwork> asked = new ArrayList<>();
        attachments.forEach(attachment -> asked.add(overlays.network(attachment).forNames()));
        List<InetSocketAddress> upstreams = nameServers.stream()
                .map(server -> new InetSocketAddress(server.toInet(), DNS_PORT))
                .toList();
        return lane.run(() -> sandboxes.openNameSockets(sandbox))
                .compose(sockets -> dns.serve(new SandboxNames(asked), upstreams, sockets.udp(), sockets.tcp()))
                .onSuccess(registration -> served.put(container, registration))
                .mapEmpty();
    }

    @Override
    public void announce(List<Attachment> attachments) {
        attachments.forEach(attachment -> overlays.network(attachment).announce(attachment));
    }

    @Override
    public void withdraw(List<Attachment> attachments) {
        attachments.forEach(attachment ->
                overlays.find(attachment.network()).ifPresent(network -> network.withdraw(attachment.endpoint())));
    }

    @Override
    public Future<Void> disconnect(ContainerId container, List<Attachment> attachments) {
        List<Future<?>> all = new ArrayList<>();
        Registration registration = served.remove(container);
        if (registration != null) {
            all.add(registration.close());
        }
        attachments.forEach(attachment -> all.add(overlays.detach(attachment)));
        all.add(lane.execute(() -> gateway.detach(container)));
        all.add(lane.execute(() -> sandboxes.remove(Sandboxes.idOf(container))));
        return Future.join(all)
                .<Void>mapEmpty()
                .onFailure(e -> LOG.warn("Sandbox not wholly removed container={}: {}", container, e.getMessage()));
    }

    /** Stops answering; sandboxes stay. */
    public Future<Void> stopNames() {
        List<Future<?>> all = new ArrayList<>();
        served.values().forEach(registration -> all.add(registration.close()));
        served.clear();
        return Future.join(all).mapEmpty();
    }
}
