package io.swarmnet.engine.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.error.NotSupportedException;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.NetworkAttachmentSpec;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.TaskSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Docker's service specification into ours. What has no effect yet and is set to something is refused with its field named
 * (501), except the update and rollback policies, which are kept to be shown again.
 */
public final class ServiceSpecReader {
    private static final String WHAT = "services";
    private static final int MAX_NAME = 63;
    private static final String GRPC_INVALID = "rpc error: code = InvalidArgument desc = ";
    private static final long NANOS = 1_000_000;

    private final Function<String, NetworkId> networks;

    /** @param networks finds a network by id, name or prefix, or throws Docker's refusal */
    public ServiceSpecReader(Function<String, NetworkId> networks) {
        this.networks = networks;
    }

    public ServiceSpec read(Fields body) {
        Fields task = body.object("TaskTemplate");
        checkRuntime(body, task);
        Map<String, String> unused = new LinkedHashMap<>();
        keep(unused, "UpdateConfig", body.get("UpdateConfig"));
        keep(unused, "RollbackConfig", body.get("RollbackConfig"));
        keep(unused, "RestartPolicy", task.get("RestartPolicy"));
        keep(unused, "StopGracePeriod", task.object("ContainerSpec").get("StopGracePeriod"));
        keep(unused, "Placement", task.get("Placement"));
        body.refuseOthers(
                WHAT,
                "Name",
                "Labels",
                "TaskTemplate",
                "Mode",
                "UpdateConfig",
                "RollbackConfig",
                "Networks",
                "EndpointSpec");
        List<Fields> attachments =
                task.objects("Networks").isEmpty() ? body.objects("Networks") : task.objects("Networks");
        return new ServiceSpec(
                name(body.text("Name")),
                Map.copyOf(body.textMap("Labels")),
                new TaskSpec(
                        container(task.object("ContainerSpec")),
                        restart(task.object("RestartPolicy")),
                        constraints(task.object("Placement")),
                        attachments(attachments),
                        task.number("ForceUpdate", 0)),
                replicas(body.object("Mode")),
                endpointMode(body.object("EndpointSpec")),
                Map.copyOf(unused));
    }

    private static void keep(Map<String, String> unused, String key, JsonNode value) {
        if (value != null) {
            unused.put(key, value.toString());
        }
    }

    private static void checkRuntime(Fields body, Fields task) {
        String runtime = task.text("Runtime");
        if (!task.has("ContainerSpec")) {
            throw new InvalidSpecException("mismatched Runtime and *Spec fields");
        }
        if (!runtime.isEmpty() && !runtime.equals("container")) {
            throw new NotSupportedException(
                    "TaskTemplate.Runtime \"" + runtime + "\" is not supported for services by swarmnet yet");
        }
        task.refuseOthers(
                WHAT, "ContainerSpec", "Resources", "RestartPolicy", "Placement", "Networks", "ForceUpdate", "Runtime");
        Fields resources = task.object("Resources");
        resources.object("Limits").refuseOthers(WHAT);
        resources.object("Reservations").refuseOthers(WHAT);
        resources.refuseOthers(WHAT);
    }

    private static String name(String name) {
        if (name.isEmpty()) {
            return name;
        }
        if (name.length() > MAX_NAME) {
            throw new InvalidSpecException(GRPC_INVALID + "name must be " + MAX_NAME + " characters or fewer");
        }
        if (!name.matches("[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*")) {
            throw new InvalidSpecException(GRPC_INVALID + "name must be valid as a DNS name component");
        }
        return name;
    }

    private static ContainerSpec container(Fields spec) {
        spec.refuseOthers(
                WHAT,
                "Image",
                "Labels",
                "Command",
                "Args",
                "Hostname",
                "Env",
                "Dir",
                "User",
                "Init",
                "TTY",
                "ReadOnly",
                "StopSignal",
                "StopGracePeriod",
                "Hosts",
                "DNSConfig",
                "Isolation");
        String isolation = spec.text("Isolation");
        if (!isolation.isEmpty() && !isolation.equals("default")) {
            throw new InvalidSpecException("invalid " + spec.name("Isolation") + ": \"" + isolation + "\"");
        }
        if (spec.text("Image").isEmpty()) {
            throw new InvalidSpecException(GRPC_INVALID + "ContainerSpec: image reference must be provided");
        }
        Fields dns = spec.object("DNSConfig");
        dns.refuseOthers(WHAT, "Nameservers", "Search", "Options");
        for (String server : dns.texts("Nameservers")) {
            try {
                IpAddress.parse(server);
            } catch (IllegalArgumentException e) {
                throw new InvalidSpecException(GRPC_INVALID + dns.name("Nameservers") + ": " + e.getMessage());
            }
        }
        return new ContainerSpec(
                spec.text("Image"),
                Map.copyOf(spec.textMap("Labels")),
                spec.texts("Command"),
                spec.texts("Args"),
                spec.textOrNull("Hostname"),
                spec.texts("Env"),
                spec.textOrNull("Dir"),
                spec.textOrNull("User"),
                spec.texts("Hosts"),
                dns.texts("Nameservers"),
                dns.texts("Search"),
                dns.texts("Options"),
                spec.textOrNull("StopSignal"),
                millis(spec, "StopGracePeriod", 10_000),
                spec.flag("Init", false),
                spec.flag("TTY", false),
                spec.flag("ReadOnly", false));
    }

    private static RestartPolicy restart(Fields policy) {
        policy.refuseOthers(WHAT, "Condition", "Delay", "MaxAttempts", "Window");
        String condition = policy.text("Condition").isEmpty() ? "any" : policy.text("Condition");
        if (!List.of("none", "on-failure", "any").contains(condition)) {
            throw new InvalidSpecException("invalid RestartCondition: \"" + condition + "\"");
        }
        return new RestartPolicy(
                condition,
                millis(policy, "Delay", RestartPolicy.DEFAULT.delayMillis()),
                notNegative(policy, "MaxAttempts", 0),
                millis(policy, "Window", 0));
    }

    private static List<String> constraints(Fields placement) {
        // Platforms come from a registry's answer and say what the image was built for; there is one platform here.
        placement.refuseOthers(WHAT, "Constraints", "Platforms");
        return placement.texts("Constraints");
    }

    private List<NetworkAttachmentSpec> attachments(List<Fields> attachments) {
        List<NetworkAttachmentSpec> specs = new ArrayList<>();
        for (Fields attachment : attachments) {
            attachment.refuseOthers(WHAT, "Target", "Aliases");
            specs.add(
                    new NetworkAttachmentSpec(networks.apply(attachment.text("Target")), attachment.texts("Aliases")));
        }
        return List.copyOf(specs);
    }

    private static long replicas(Fields mode) {
        if (mode.has("ReplicatedJob") || mode.has("GlobalJob")) {
            throw new NotSupportedException("Mode: jobs are not supported for services by swarmnet yet");
        }
        if (mode.has("Global") && mode.has("Replicated")) {
            throw new InvalidSpecException("must specify only one service mode");
        }
        if (mode.has("Global")) {
            return ServiceSpec.GLOBAL;
        }
        long replicas = mode.object("Replicated").number("Replicas", 1);
        if (replicas < 0) {
            throw new InvalidSpecException(GRPC_INVALID + "Number of replicas must be non-negative");
        }
        return replicas;
    }

    private static String endpointMode(Fields endpoint) {
        endpoint.refuseOthers(WHAT, "Mode");
        String mode = endpoint.text("Mode");
        if (!List.of("", "vip", "dnsrr").contains(mode)) {
            throw new InvalidSpecException("invalid EndpointSpec.Mode: \"" + mode + "\"");
        }
        return mode.isEmpty() ? "vip" : mode;
    }

    private static long millis(Fields fields, String key, long otherwise) {
        return fields.has(key) ? notNegative(fields, key, 0) / NANOS : otherwise;
    }

    private static long notNegative(Fields fields, String key, long otherwise) {
        long value = fields.number(key, otherwise);
        if (value < 0) {
            throw new InvalidSpecException("invalid " + fields.name(key) + ": " + value + " is negative");
        }
        return value;
    }
}
