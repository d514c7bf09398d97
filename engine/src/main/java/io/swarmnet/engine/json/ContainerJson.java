package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.object;
import static io.swarmnet.engine.json.DockerJson.texts;
import static io.swarmnet.engine.json.DockerJson.textsOrNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.id.NetworkId;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.wire.DecodeException;
import io.swarmnet.worker.container.Container;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** A container as {@code GET /containers/json} and {@code GET /containers/{id}/json} show it. */
public final class ContainerJson {
    /** Names networks; an id where the name is not known here. */
    private final Function<NetworkId, String> networkName;

    public ContainerJson(Function<NetworkId, String> networkName) {
        this.networkName = networkName;
    }

    /** A line of the list. */
    public ObjectNode row(Container container, Instant now) {
        ObjectNode json = object().put("Id", container.id().value());
        json.putArray("Names").add("/" + container.name());
        json.put("Image", container.spec().image()).put("ImageID", container.imageId());
        json.put("Command", command(container));
        json.put("Created", container.createdAt().getEpochSecond());
        json.putArray("Ports");
        json.set("Labels", DockerJson.map(container.labels()));
        json.put("State", NodeJson.lower(container.state()));
        json.put("Status", UpTime.status(container, now));
        json.putObject("HostConfig").put("NetworkMode", networkMode(container));
        json.putObject("NetworkSettings").set("Networks", networks(container, false));
        json.putArray("Mounts");
        return json;
    }

    private static String command(Container container) {
        StringBuilder text = new StringBuilder(container.path() == null ? "" : container.path());
        for (String arg : container.args()) {
            text.append(' ').append(arg.contains(" ") ? "'" + arg + "'" : arg);
        }
        return text.toString();
    }

    private String networkMode(Container container) {
        return container.attachments().isEmpty()
                ? "default"
                : networkName.apply(container.attachments().get(0).network());
    }

    public ObjectNode inspect(Container container) {
        ObjectNode json = object().put("Id", container.id().value());
        json.put("Created", DockerJson.time(container.createdAt()));
        json.put("Path", container.path() == null ? "" : container.path());
        json.set("Args", texts(container.args()));
        json.set("State", state(container));
        json.put("Image", container.imageId());
        json.put("ResolvConfPath", "").put("HostnamePath", "").put("HostsPath", "");
        json.put("LogPath", container.logPath() == null ? "" : container.logPath());
        json.put("Name", "/" + container.name()).put("RestartCount", 0).put("Driver", "overlay2");
        json.put("Platform", "linux").put("MountLabel", "").put("ProcessLabel", "");
        json.put("AppArmorProfile", "").putNull("ExecIDs");
        json.set("HostConfig", HostConfigJson.of(container, networkMode(container)));
        json.putObject("GraphDriver").putNull("Data").put("Name", "overlay2");
        json.putArray("Mounts");
        json.set("Config", config(container));
        json.set("NetworkSettings", networkSettings(container));
        return json;
    }

    private static ObjectNode state(Container container) {
        Container.State state = container.state();
        return object().put("Status", NodeJson.lower(state))
                .put("Running", state == Container.State.RUNNING)
                .put("Paused", false)
                .put("Restarting", false)
                .put("OOMKilled", container.oomKilled())
                .put("Dead", state == Container.State.DEAD)
                .put("Pid", container.pid())
                .put("ExitCode", container.exitCode())
                .put("Error", container.error() == null ? "" : container.error())
                .put("StartedAt", DockerJson.time(container.startedAt()))
                .put("FinishedAt", DockerJson.time(container.finishedAt()));
    }

    private static ObjectNode config(Container container) {
        var spec = container.spec();
        ObjectNode json = object().put("Hostname", container.hostname() == null ? "" : container.hostname());
        json.put("Domainname", "").put("User", spec.user() == null ? "" : spec.user());
        json.put("AttachStdin", false).put("AttachStdout", false).put("AttachStderr", false);
        json.put("Tty", spec.tty()).put("OpenStdin", false).put("StdinOnce", false);
        json.set("Env", texts(spec.env()));
        json.set("Cmd", textsOrNull(spec.args()));
        json.put("Image", spec.image()).putNull("Volumes");
        json.put("WorkingDir", spec.dir() == null ? "" : spec.dir());
        json.set("Entrypoint", textsOrNull(spec.command()));
        json.putNull("OnBuild");
        json.set("Labels", DockerJson.map(container.labels()));
        return json;
    }

    private ObjectNode networkSettings(Container container) {
        ObjectNode json = object().put("Bridge", "");
        String path = container.sandboxPath() == null ? "" : container.sandboxPath();
        json.put("SandboxID", path.isEmpty() ? "" : container.id().value()).put("SandboxKey", path);
        json.putObject("Ports");
        json.put("HairpinMode", false).put("LinkLocalIPv6Address", "").put("LinkLocalIPv6PrefixLen", 0);
        json.putNull("SecondaryIPAddresses").putNull("SecondaryIPv6Addresses");
        json.put("EndpointID", "").put("Gateway", "").put("GlobalIPv6Address", "");
        json.put("GlobalIPv6PrefixLen", 0).put("IPAddress", "").put("IPPrefixLen", 0);
        json.put("IPv6Gateway", "").put("MacAddress", "");
        json.set("Networks", networks(container, true));
        return json;
    }

    private ObjectNode networks(Container container, boolean names) {
        ObjectNode json = object();
        for (Attachment attachment : container.attachments()) {
            json.set(networkName.apply(attachment.network()), endpoint(attachment, names));
        }
        return json;
    }

    private static ObjectNode endpoint(Attachment attachment, boolean names) {
        ObjectNode json = object();
        ObjectNode ipam = json.putObject("IPAMConfig");
        String v4 = NetworkJson.cidr(attachment.addresses(), true);
        String v6 = NetworkJson.cidr(attachment.addresses(), false);
        if (!v4.isEmpty()) {
            ipam.put("IPv4Address", address(v4));
        }
        if (!v6.isEmpty()) {
            ipam.put("IPv6Address", address(v6));
        }
        json.putNull("Links");
        json.set("Aliases", textsOrNull(attachment.aliases()));
        json.put("MacAddress", attachment.mac().toString());
        json.putNull("DriverOpts").put("GwPriority", 0);
        json.put("NetworkID", attachment.network().value());
        json.put("EndpointID", attachment.endpoint().value()).put("Gateway", "");
        json.put("IPAddress", address(v4)).put("IPPrefixLen", prefix(v4)).put("IPv6Gateway", "");
        json.put("GlobalIPv6Address", address(v6)).put("GlobalIPv6PrefixLen", prefix(v6));
        json.set("DNSNames", names ? textsOrNull(dnsNames(attachment)) : textsOrNull(List.of()));
        return json;
    }

    private static List<String> dnsNames(Attachment attachment) {
        try {
            return attachment.claim() == null
                    ? List.of()
                    : attachment.claim().open().names();
        } catch (DecodeException e) {
            return List.of();
        }
    }

    private static String address(String cidr) {
        return cidr.isEmpty() ? "" : cidr.substring(0, cidr.indexOf('/'));
    }

    private static int prefix(String cidr) {
        return cidr.isEmpty() ? 0 : Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }
}
