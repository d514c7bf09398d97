package io.swarmnet.worker.container;

import io.swarmnet.model.id.ContainerId;
import io.swarmnet.model.id.TaskId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.worker.image.Images;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A container to be made. The sandbox and the three files are the caller's: they must be there from start to removal.
 *
 * @param name without slash, unique on the node
 * @param task null of a container that no task made
 * @param image from {@link Images#find}
 * @param sandboxNetns path of the network namespace it is put in
 * @param hostsFile bound over /etc/hosts
 * @param resolvConf bound over /etc/resolv.conf
 * @param hostnameFile bound over /etc/hostname
 * @param attachments as shown by inspect
 * @param gateway its leg on docker_gwbridge, or null
 * @param cgroupParent absolute within the cgroup hierarchies, this daemon's own: {@code /swarmnet-<instance id>}
 */
public record ContainerRequest(
        ContainerId id,
        String name,
        TaskId task,
        Images.Image image,
        ContainerSpec spec,
        Map<String, String> labels,
        String hostname,
        Path sandboxNetns,
        Path hostsFile,
        Path resolvConf,
        Path hostnameFile,
        List<Attachment> attachments,
        Container.GatewayLeg gateway,
        String cgroupParent) {}
