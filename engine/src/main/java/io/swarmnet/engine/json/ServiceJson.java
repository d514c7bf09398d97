package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.object.ContainerSpec;
import io.swarmnet.model.object.RestartPolicy;
import io.swarmnet.model.object.Service;
import io.swarmnet.model.object.ServiceSpec;
import io.swarmnet.model.object.TaskSpec;
import java.util.List;
import java.util.Map;

/** A service as {@code GET /services} shows it. */
public final class ServiceJson {
    private static final long NANOS = 1_000_000;
    private static final String DEFAULT_POLICY =
            "{\"Parallelism\":1,\"FailureAction\":\"pause\",\"Monitor\":5000000000,\"MaxFailureRatio\":0,\"Order\":\"stop-first\"}";

    private ServiceJson() {}

    /** @param defaults also show what the user left to the defaults ({@code ?insertDefaults=true}) */
    public static ObjectNode of(Service service, boolean defaults) {
        ObjectNode json =
                SwarmJson.meta(service.id().value(), service.version(), service.createdAt(), service.updatedAt());
        json.set("Spec", spec(service.spec(), defaults));
        if (service.previousSpec() != null) {
            json.set("PreviousSpec", spec(service.previousSpec(), false));
        }
        ObjectNode endpoint = json.putObject("Endpoint").putObject("Spec");
        if (service.spec().endpointMode().equals("vip")) {
            endpoint.put("Mode", "vip");
        }
        return json;
    }

    private static ObjectNode spec(ServiceSpec spec, boolean defaults) {
        ObjectNode json = object().put("Name", spec.name());
        json.set("Labels", DockerJson.map(spec.labels()));
        json.set("TaskTemplate", task(spec.task(), spec.unused(), defaults).put("Runtime", "container"));
        ObjectNode mode = json.putObject("Mode");
        if (spec.isGlobal()) {
            mode.putObject("Global");
        } else {
            mode.putObject("Replicated").put("Replicas", spec.replicas());
        }
        for (String policy : List.of("UpdateConfig", "RollbackConfig")) {
            String kept = spec.unused().get(policy);
            if (kept != null || defaults) {
                json.set(policy, DockerJson.read(kept == null ? DEFAULT_POLICY : kept));
            }
        }
        json.putObject("EndpointSpec").put("Mode", spec.endpointMode());
        return json;
    }

    /**
     * A task's specification.
     *
     * @param kept the fields as the user gave them ({@link ServiceSpec#unused})
     */
    static ObjectNode task(TaskSpec spec, Map<String, String> kept, boolean defaults) {
        ObjectNode json = object();
        json.set("ContainerSpec", container(spec.container(), kept, defaults));
        ObjectNode resources = json.putObject("Resources");
        resources.putObject("Limits");
        resources.putObject("Reservations");
        if (kept.containsKey("RestartPolicy")) {
            json.set("RestartPolicy", DockerJson.read(kept.get("RestartPolicy")));
        } else if (defaults || !spec.restart().equals(RestartPolicy.DEFAULT)) {
            json.set("RestartPolicy", restart(spec.restart()));
        }
        if (kept.containsKey("Placement")) {
            json.set("Placement", DockerJson.read(kept.get("Placement")));
        } else {
            ObjectNode placement = json.putObject("Placement");
            if (!spec.constraints().isEmpty()) {
                placement.set("Constraints", DockerJson.texts(spec.constraints()));
            }
        }
        if (!spec.networks().isEmpty()) {
            ArrayNode networks = json.putArray("Networks");
            spec.networks().forEach(network -> {
                ObjectNode entry =
                        networks.addObject().put("Target", network.target().value());
                texts(entry, "Aliases", network.aliases());
            });
        }
        return json.put("ForceUpdate", spec.forceUpdate());
    }

    private static ObjectNode restart(RestartPolicy policy) {
        ObjectNode json = object().put("Condition", policy.condition())
                .put("Delay", policy.delayMillis() * NANOS)
                .put("MaxAttempts", policy.maxAttempts());
        if (policy.windowMillis() > 0) {
            json.put("Window", policy.windowMillis() * NANOS);
        }
        return json;
    }

    private static ObjectNode container(ContainerSpec spec, Map<String, String> kept, boolean defaults) {
        ObjectNode json = object().put("Image", spec.image());
        if (!spec.labels().isEmpty()) {
            json.set("Labels", DockerJson.map(spec.labels()));
        }
        texts(json, "Command", spec.command());
        texts(json, "Args", spec.args());
        text(json, "Hostname", spec.hostname());
        texts(json, "Env", spec.env());
        text(json, "Dir", spec.dir());
        text(json, "User", spec.user());
        json.put("Init", spec.init());
        text(json, "StopSignal", spec.stopSignal());
        if (spec.tty()) {
            json.put("TTY", true);
        }
        if (spec.readOnly()) {
            json.put("ReadOnly", true);
        }
        if (defaults || kept.containsKey("StopGracePeriod") || spec.stopGraceMillis() != 10_000) {
            json.put("StopGracePeriod", spec.stopGraceMillis() * NANOS);
        }
        texts(json, "Hosts", spec.hosts());
        ObjectNode dns = json.putObject("DNSConfig");
        texts(dns, "Nameservers", spec.dnsServers());
        texts(dns, "Search", spec.dnsSearch());
        texts(dns, "Options", spec.dnsOptions());
        return json.put("Isolation", "default");
    }

    private static void texts(ObjectNode json, String key, List<String> values) {
        if (values != null && !values.isEmpty()) {
            json.set(key, DockerJson.texts(values));
        }
    }

    private static void text(ObjectNode json, String key, String value) {
        if (value != null && !value.isEmpty()) {
            json.put(key, value);
        }
    }
}
