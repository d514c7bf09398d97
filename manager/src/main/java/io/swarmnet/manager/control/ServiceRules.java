package io.swarmnet.manager.control;

import io.swarmnet.manager.scheduler.Constraint;
import io.swarmnet.manager.store.Snapshot;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NameConflictException;
import io.swarmnet.model.error.NotFoundException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.error.SwarmnetException;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkAttachmentSpec;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a service must be to be run, in Docker's words. Pure. */
final class ServiceRules {
    private static final String INVALID = "rpc error: code = InvalidArgument desc = ";
    private static final String UNIMPLEMENTED = "rpc error: code = Unimplemented desc = ";
    /** Attempts are counted in the tasks that are kept, so they have a bound. */
    private static final long ATTEMPTS_MAX = 1_000;

    /** Bound of one service, so that one request cannot fill the store. */
    private static final long REPLICAS_MAX = 100_000;

    private static final Pattern TEMPLATE = Pattern.compile("\\{\\{.*\\}\\}", Pattern.DOTALL);
    private static final Set<String> CONDITIONS = Set.of("none", "on-failure", "any");
    private static final Set<String> NODE_NETWORKS = Set.of("host", "bridge", "none");

    private ServiceRules() {}

    /** Checks all but the name's uniqueness, and replaces the networks' names by their ids. */
    static ServiceSpec checked(Snapshot state, ServiceSpec spec) {
        Names.checkService(spec.name());
        if (spec.replicas() < ServiceSpec.GLOBAL) {
            throw new InvalidSpecException(INVALID + "Number of replicas must be non-negative");
        }
        if (spec.replicas() > REPLICAS_MAX) {
            throw new InvalidSpecException(
                    INVALID + "Number of replicas must be at most " + REPLICAS_MAX + ", not " + spec.replicas());
        }
        if (!spec.endpointMode().equals("vip") && !spec.endpointMode().equals("dnsrr")) {
            throw new InvalidSpecException(
                    INVALID + "EndpointSpec: mode must be vip or dnsrr, not " + spec.endpointMode());
        }
        TaskSpec task = spec.task();
        checkContainer(task.container());
        if (task.restart() != null) {
            checkRestart(task.restart());
        }
        task.constraints().forEach(Constraint::parse);
        TaskSpec resolved = new TaskSpec(
                task.container(), task.restart(), task.constraints(), networks(state, task), task.forceUpdate());
        return new ServiceSpec(
                spec.name(), spec.labels(), resolved, spec.replicas(), spec.endpointMode(), spec.unused());
    }

    private static void checkContainer(ContainerSpec container) {
        if (container == null || container.image() == null || container.image().isBlank()) {
            throw new InvalidSpecException(INVALID + "ContainerSpec: image reference must be provided");
        }
        List<String> texts = new ArrayList<>(container.env());
        if (container.hostname() != null) {
            texts.add(container.hostname());
        }
        for (String text : texts) {
            if (TEMPLATE.matcher(text).find()) {
                throw new NotSupportedException("templates such as {{.Task.Slot}} are not filled in yet: " + text);
            }
        }
    }

    private static void checkRestart(RestartPolicy policy) {
        if (!CONDITIONS.contains(policy.condition())) {
            throw new InvalidSpecException(
                    INVALID + "TaskSpec: restart condition must be none, on-failure or any, not " + policy.condition());
        }
        if (policy.delayMillis() < 0 || policy.windowMillis() < 0) {
            throw new InvalidSpecException(INVALID + "TaskSpec: restart-delay and restart-window cannot be negative");
        }
        if (policy.maxAttempts() < 0 || policy.maxAttempts() > ATTEMPTS_MAX) {
            throw new InvalidSpecException(INVALID + "TaskSpec: restart-max-attempts must be 0 to " + ATTEMPTS_MAX
                    + ", not " + policy.maxAttempts());
        }
    }

    private static List<NetworkAttachmentSpec> networks(Snapshot state, TaskSpec task) {
        List<NetworkAttachmentSpec> resolved = new ArrayList<>();
        for (NetworkAttachmentSpec wanted : task.networks()) {
            Network network = network(state, wanted.target().value());
            if (network.spec().ingress()) {
                throw new InvalidSpecException(
                        INVALID + "Service cannot be explicitly attached to the ingress network \""
                                + network.spec().name() + "\"");
            }
            if (resolved.stream().anyMatch(other -> other.target().equals(network.id()))) {
                throw new InvalidSpecException(
                        INVALID + "network " + network.spec().name() + " is given twice");
            }
            wanted.aliases().forEach(ServiceRules::checkAlias);
            resolved.add(new NetworkAttachmentSpec(network.id(), List.copyOf(wanted.aliases())));
        }
        return List.copyOf(resolved);
    }

    private static Network network(Snapshot state, String reference) {
        try {
            return References.network(state, reference);
        } catch (NotFoundException e) {
            if (NODE_NETWORKS.contains(reference)) {
                throw new NotSupportedException(
                        "services on the node's own network " + reference + " are not there yet");
            }
            throw new SwarmnetException(500, e.getMessage()); // Docker answers 500 here (capture service-create-badnet)
        }
    }

    private static void checkAlias(String alias) {
        if (alias.isEmpty() || alias.length() > 253 || alias.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new InvalidSpecException(INVALID + "network alias must be 1 to 253 printable characters: " + alias);
        }
    }

    static void checkNameFree(Snapshot state, String name) {
        if (state.services().stream().anyMatch(service -> service.spec().name().equals(name))) {
            throw new NameConflictException(
                    "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service " + name
                            + " already exists");
        }
    }

    /** Only what applies to running tasks without replacing them may change so far. */
    static void checkUpdate(Service service, ServiceSpec wanted) {
        ServiceSpec present = service.spec();
        if (!present.name().equals(wanted.name())) {
            throw new NotSupportedException(UNIMPLEMENTED + "renaming services is not supported");
        }
        if (present.isGlobal() != wanted.isGlobal()) {
            throw new NotSupportedException(UNIMPLEMENTED + "service mode change is not allowed");
        }
        if (!present.task().equals(wanted.task())) {
            throw new NotSupportedException("service " + present.name()
                    + ": this update changes the tasks themselves, and rolling updates are not there yet; replicas and"
                    + " labels can be changed, for the rest remove the service and create it anew");
        }
    }

    static List<String> warnings(ServiceSpec spec) {
        boolean noVip =
                spec.endpointMode().equals("vip") && !spec.task().networks().isEmpty();
        return noVip
                ? List.of("endpoint mode vip: virtual IPs are not there yet; the name " + spec.name()
                        + " answers the addresses of the tasks, as with dnsrr")
                : List.of();
    }
}
