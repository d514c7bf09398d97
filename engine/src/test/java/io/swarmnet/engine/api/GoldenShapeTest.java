package io.swarmnet.engine.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.swarmnet.model.net.CidrAddress;
import io.swarmnet.model.net.IpAddress;
import io.swarmnet.model.net.MacAddress;
import io.swarmnet.model.object.IpamConfig;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.session.AssignedNetwork;
import io.swarmnet.worker.network.NodeNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Order and types of our keys against answers recorded from Docker 28.2.2 (src/test/resources/docker-28.2.2). */
class GoldenShapeTest {
    /** Objects whose keys are data: their first values are compared. */
    private static final Set<String> MAPS = Set.of(
            "Labels", "Options", "Containers", "Networks", "Services", "Runtimes", "IndexConfigs", "Details", "Ports");

    private static ApiFixture fixture;
    private static UnixHttp http;
    private static Task task;

    @BeforeAll
    static void open() throws Exception {
        fixture = new ApiFixture();
        http = fixture.http();
        http.post("/networks/create", "{\"Name\":\"ov\",\"Driver\":\"overlay\",\"Attachable\":true}");
        http.post(
                "/services/create",
                "{\"Name\":\"capsvc\",\"Labels\":{},\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"busybox:latest\","
                        + "\"Args\":[\"sleep\",\"1000\"],\"Init\":false,\"DNSConfig\":{}},\"Resources\":{\"Limits\":{},"
                        + "\"Reservations\":{}},\"Placement\":{},\"Networks\":[{\"Target\":\"ov\"}],\"ForceUpdate\":0},"
                        + "\"Mode\":{\"Replicated\":{\"Replicas\":1}},\"EndpointSpec\":{\"Mode\":\"dnsrr\"}}");
        task = fixture.swarm.snapshot().tasks().iterator().next();
        fixture.worker.containers.put(fixture.containerOf(task));
        fixture.worker.images.all.add(FakeWorker.FakeImages.image("3".repeat(64), "busybox:latest", List.of("sh")));
        networks();
    }

    private static void networks() {
        var network = fixture.swarm.network("ov");
        CidrAddress address = CidrAddress.parse("10.0.1.5/24");
        NodeNetworks.Member member = new NodeNetworks.Member(
                "4".repeat(64), task.name(), "f".repeat(64), MacAddress.ofIpv4(address.address()), List.of(address));
        AssignedNetwork assigned = new AssignedNetwork(
                network.id(), "ov", FakeSwarm.T0, network.subnets(), Map.of(), Map.of(), false, true);
        fixture.worker.networks.overlays.add(new NodeNetworks.OverlayView(
                assigned,
                List.of(member),
                List.of(new NodeNetworks.Peer("e3dc21b7d2e4", IpAddress.parse("10.77.0.1"))),
                1450));
        fixture.worker.networks.local.add(new NodeNetworks.LocalNetworkView(
                "9".repeat(64),
                "docker_gwbridge",
                FakeSwarm.T0,
                "bridge",
                List.of(new IpamConfig("172.18.0.0/16", null, "172.18.0.1", Map.of())),
                Map.of("com.docker.network.bridge.enable_icc", "false"),
                Map.of(),
                false,
                List.of(member)));
    }

    @AfterAll
    static void close() throws Exception {
        fixture.close();
    }

    @Test
    void version() throws Exception {
        same("version", "/version");
    }

    @Test
    void info() throws Exception {
        same("info", "/info");
    }

    @Test
    void swarm() throws Exception {
        same("swarm", "/swarm");
        assertEquals(
                ApiFixture.capture("swarm").get("TLSInfo"),
                http.get("/swarm").json().get("TLSInfo"));
    }

    @Test
    void nodes() throws Exception {
        same("nodes", "/nodes");
        same("node-self", "/nodes/node1");
    }

    @Test
    void networksInspected() throws Exception {
        same("network-capov-verbose", "/networks/ov?verbose=true");
        same("network-gwbridge", "/networks/docker_gwbridge");
        same("network-ingress", "/networks/ingress");
    }

    @Test
    void services() throws Exception {
        same("service-capsvc", "/services/capsvc");
        JsonNode ours = http.get("/services?status=true").json().get(0);
        compare("services", ours, ApiFixture.capture("services-status").get(1));
    }

    @Test
    void tasks() throws Exception {
        same("tasks", "/tasks");
    }

    @Test
    void containers() throws Exception {
        same("containers-list", "/containers/json?all=1");
        same("container-capc1", "/containers/" + task.name() + "/json");
    }

    @Test
    void images() throws Exception {
        same("images", "/images/json");
        same("image-busybox", "/images/busybox/json");
    }

    @Test
    void emptyLists() throws Exception {
        assertEquals(ApiFixture.capture("volumes"), http.get("/volumes").json());
        assertEquals(
                ApiFixture.capture("swarm-unlockkey"),
                http.get("/swarm/unlockkey").json());
    }

    private static void same(String capture, String path) throws Exception {
        UnixHttp.Answer answer = http.get("/v1.50" + path);
        assertEquals(200, answer.status(), answer.text());
        compare(capture, answer.json(), ApiFixture.capture(capture));
    }

    /** Ours may leave optional keys out; what it has stands in Docker's order with Docker's types. */
    private static void compare(String path, JsonNode ours, JsonNode docker) {
        boolean open = ours.isNull() || docker.isNull();
        if (!open && type(ours) != type(docker)) {
            fail(path + ": ours is " + ours.getNodeType() + ", Docker's is " + docker.getNodeType());
        }
        if (ours.isArray() && docker.isArray() && !ours.isEmpty() && !docker.isEmpty()) {
            compare(path + "[0]", ours.get(0), docker.get(0));
        } else if (ours.isObject() && docker.isObject()) {
            String name = path.substring(path.lastIndexOf('.') + 1);
            if (MAPS.contains(name)) {
                if (!ours.isEmpty() && !docker.isEmpty()) {
                    compare(path + ".*", last(ours), last(docker));
                }
                return;
            }
            List<String> order = new ArrayList<>();
            docker.fieldNames().forEachRemaining(order::add);
            int at = -1;
            for (Map.Entry<String, JsonNode> field : ours.properties()) {
                int index = order.indexOf(field.getKey());
                if (index < 0 && OPTIONAL.contains(field.getKey())) {
                    continue;
                }
                if (index <= at) {
                    fail(path + "." + field.getKey() + (index < 0 ? " is not in Docker's" : " is out of order"));
                }
                at = index;
                compare(path + "." + field.getKey(), field.getValue(), docker.get(field.getKey()));
            }
        }
    }

    /** Keys Docker has too, where the recorded objects had no value for them. */
    private static final Set<String> OPTIONAL = Set.of("IPv4Address");

    private static JsonNode last(JsonNode object) {
        JsonNode last = null;
        for (JsonNode value : object) {
            last = value;
        }
        return last;
    }

    private static JsonNodeType type(JsonNode node) {
        return node.getNodeType();
    }
}
