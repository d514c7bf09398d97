package io.swarmnet.model.object;

import java.util.List;
import java.util.Map;

/**
 * The container of a task. Lists are empty, never null; texts are null when not given.
 *
 * @param command replaces the image's entrypoint when not empty
 * @param args replaces the image's command when not empty
 * @param env {@code NAME=value}
 * @param hosts extra lines of /etc/hosts in Docker's form {@code ip name}
 * @param dnsServers replace the host's as upstreams
 * @param stopSignal name such as {@code SIGTERM}, null = the image's or SIGTERM
 * @param stopGraceMillis from the signal to SIGKILL; Docker's default is 10,000
 */
public record ContainerSpec(
        String image,
        Map<String, String> labels,
        List<String> command,
        List<String> args,
        String hostname,
        List<String> env,
        String dir,
        String user,
        List<String> hosts,
        List<String> dnsServers,
        List<String> dnsSearch,
        List<String> dnsOptions,
        String stopSignal,
        long stopGraceMillis,
        boolean init,
        boolean tty,
        boolean readOnly) {}
