package io.swarmnet.engine.json;

import static io.swarmnet.engine.json.DockerJson.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.object.Attachment;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.object.Network;
import io.swarmnet.model.object.NetworkSpec;
import io.swarmnet.model.object.OverlaySubnet;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.session.AssignedNetwork;
import io.swarmnet.worker.network.NodeNetworks.LocalNetworkView;
import io.swarmnet.worker.network.NodeNetworks.Member;
import io.swarmnet.worker.network.NodeNetworks.OverlayView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A network as {@code GET /networks} shows it. */
public final class NetworkJson {
    /** The option under which Docker shows an overlay's VNIs. */
    public static final String VNI_OPTION = "com.docker.network.driver.overlay.vxlanid_list";

    private NetworkJson() {}

    /** An overlay of the swarm, as a manager knows it. Members are added by {@link #members}. */
    public static ObjectNode of(Network network) {
        NetworkSpec spec = network.spec();
        ObjectNode json = head(network.id().value(), spec.name(), network.createdAt(), "swarm", spec.driver());
        json.put("EnableIPv4", spec.enableIpv4()).put("EnableIPv6", spec.enableIpv6());
        json.set("IPAM", ipam(network.subnets(), spec.ipam()));
        flags(json, spec.internal(), spec.attachable(), spec.ingress());
        json.set("Options", options(spec.options(), network.subnets()));
        json.set("Labels", DockerJson.map(spec.labels()));
        return json;
    }

    /** An overlay as a worker knows it from its assignment. */
    public static ObjectNode of(AssignedNetwork network) {
        ObjectNode json = head(network.id().value(), network.name(), network.createdAt(), "swarm", "overlay");
        boolean v6 =
                network.subnets().stream().anyMatch(subnet -> !subnet.subnet().isV4());
        json.put("EnableIPv4", true).put("EnableIPv6", v6);
        json.set("IPAM", ipam(network.subnets(), List.of()));
        flags(json, network.internal(), network.attachable(), false);
        json.set("Options", options(network.options(), network.subnets()));
        json.set("Labels", DockerJson.map(network.labels()));
        return json;
    }

    /** A network of this node alone. */
    public static ObjectNode of(LocalNetworkView network) {
        ObjectNode json = head(network.id(), network.name(), network.createdAt(), "local", network.driver());
        json.put("EnableIPv4", true).put("EnableIPv6", false);
        ObjectNode ipam = object().put("Driver", "default").putNull("Options");
        ArrayNode configs = ipam.putArray("Config");
        network.ipam().forEach(config -> configs.add(config(config)));
        json.set("IPAM", ipam);
        flags(json, network.internal(), false, false);
        json.set("Options", DockerJson.map(network.options()));
        json.set("Labels", DockerJson.map(network.labels()));
        return json;
    }

    private static ObjectNode head(String id, String name, java.time.Instant created, String scope, String driver) {
        return object().put("Name", name)
                .put("Id", id)
                .put("Created", DockerJson.time(created))
                .put("Scope", scope)
                .put("Driver", driver);
    }

    private static void flags(ObjectNode json, boolean internal, boolean attachable, boolean ingress) {
        json.put("Internal", internal).put("Attachable", attachable).put("Ingress", ingress);
        json.putObject("ConfigFrom").put("Network", "");
        json.put("ConfigOnly", false);
        json.putObject("Containers");
    }

    private static ObjectNode ipam(List<OverlaySubnet> subnets, List<IpamConfig> asked) {
        ObjectNode json = object().put("Driver", "default").putNull("Options");
        ArrayNode configs = json.putArray("Config");
        for (OverlaySubnet subnet : subnets) {
            String text = subnet.subnet().toString();
            IpamConfig given = asked.stream()
                    .filter(config -> text.equals(config.subnet()))
                    .findFirst()
                    .orElse(new IpamConfig(text, null, null, Map.of()));
            configs.add(config(
                    new IpamConfig(text, given.ipRange(), subnet.gateway().toString(), given.auxiliary())));
        }
        return json;
    }

    private static ObjectNode config(IpamConfig config) {
        ObjectNode json = object().put("Subnet", config.subnet());
        if (config.ipRange() != null) {
            json.put("IPRange", config.ipRange());
        }
        if (config.gateway() != null) {
            json.put("Gateway", config.gateway());
        }
        if (config.auxiliary() != null && !config.auxiliary().isEmpty()) {
            json.set("AuxiliaryAddresses", DockerJson.map(config.auxiliary()));
        }
        return json;
    }

    static ObjectNode options(Map<String, String> given, List<OverlaySubnet> subnets) {
        Map<String, String> options = new TreeMap<>(given);
        options.put(VNI_OPTION, vnis(subnets));
        return DockerJson.map(options);
    }

    static String vnis(List<OverlaySubnet> subnets) {
        return subnets.stream()
                .map(subnet -> Integer.toString(subnet.vni().value()))
                .collect(Collectors.joining(","));
    }

    /** Fills {@code Containers} with this node's endpoints. */
    public static ObjectNode members(ObjectNode network, List<Member> members) {
        ObjectNode containers = (ObjectNode) network.get("Containers");
        Map<String, Member> sorted = new TreeMap<>();
        members.forEach(member -> sorted.put(member.containerId(), member));
        sorted.forEach((id, member) -> containers
                .putObject(id)
                .put("Name", member.name())
                .put("EndpointID", member.endpointId())
                .put("MacAddress", member.mac().toString())
                .put("IPv4Address", cidr(member.addresses(), true))
                .put("IPv6Address", cidr(member.addresses(), false)));
        return network;
    }

    /** Adds {@code Peers} of an overlay that is up on this node. */
    public static void peers(ObjectNode network, OverlayView view) {
        ArrayNode peers = network.putArray("Peers");
        view.peers().forEach(peer -> peers.addObject()
                .put("Name", peer.name())
                .put("IP", peer.address().toString()));
    }

    /**
     * Adds {@code Services} of {@code ?verbose=true}.
     *
     * @param hostOf the underlay address of a task's node, "" when unknown
     */
    public static void services(
            ObjectNode json, Network network, Collection<Task> tasks, Function<Task, String> hostOf) {
        Map<String, List<Task>> byService = new TreeMap<>();
        for (Task task : tasks) {
            if (!task.status().state().isTerminal() && attachment(task, network) != null) {
                byService
                        .computeIfAbsent(task.serviceName(), name -> new ArrayList<>())
                        .add(task);
            }
        }
        ObjectNode services = json.putObject("Services");
        byService.forEach((name, list) -> {
            ObjectNode service = services.putObject(name).put("VIP", "<nil>");
            service.putArray("Ports");
            service.put("LocalLBIndex", 0);
            ArrayNode array = service.putArray("Tasks");
            for (Task task : list) {
                Attachment attachment = attachment(task, network);
                array.addObject()
                        .put("Name", task.name())
                        .put("EndpointID", attachment.endpoint().value())
                        .put(
                                "EndpointIP",
                                attachment.addresses().get(0).address().toString())
                        .putObject("Info")
                        .put("Host IP", hostOf.apply(task));
            }
        });
    }

    private static Attachment attachment(Task task, Network network) {
        return task.attachments().stream()
                .filter(attachment -> attachment.network().equals(network.id()))
                .findFirst()
                .orElse(null);
    }

    static String cidr(List<CidrAddress> addresses, boolean v4) {
        return addresses.stream()
                .filter(address -> address.address().isV4() == v4)
                .findFirst()
                .map(CidrAddress::toString)
                .orElse("");
    }
}
