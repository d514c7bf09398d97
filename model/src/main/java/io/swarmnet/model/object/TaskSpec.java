package io.swarmnet.model.object;

import java.util.List;

/**
 * What each task of a service is to be.
 *
 * @param constraints placement, as Docker's {@code node.hostname==n1}
 * @param forceUpdate counts forced updates
 */
public record TaskSpec(
        ContainerSpec container,
        RestartPolicy restart,
        List<String> constraints,
        List<NetworkAttachmentSpec> networks,
        long forceUpdate) {}
