package io.swarmnet.worker.network;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.worker.container.Container.GatewayLeg;
import io.vertx.core.Future;
import java.util.List;

/** What a task needs of the networks. Each does nothing when it is done already. Belongs to the worker's context. */
public interface Connections {
    /**
     * Makes the container's sandbox and connects it. What was half made when it fails is taken down.
     *
     * @param nameServers asked for names that are not ours; empty = the host's
     * @return its way out
     */
    Future<GatewayLeg> connect(
            ContainerId container, String name, List<Attachment> attachments, List<IpAddress> nameServers);

    /** The task runs: its names resolve everywhere. */
    void announce(List<Attachment> attachments);

    /** The task ends or ended: nobody is sent to it any more. */
    void withdraw(List<Attachment> attachments);

    /** Takes everything of the sandbox down; goes on past a failure and reports all of them. */
    Future<Void> disconnect(ContainerId container, List<Attachment> attachments);
}
