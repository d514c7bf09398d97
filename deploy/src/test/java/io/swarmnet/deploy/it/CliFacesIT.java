package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the stock docker CLI prints, negotiating API 1.50 as 28.2.2 does, and told to speak 1.41 as Debian's does. With CI
 * set, another client fails the part of 1.50.
 */
@Tag("e2e")
@EndToEnd
class CliFacesIT {
    private static final String NETWORK = "face-net";
    private static final String SERVICE = "face-web";
    private static final String ID = "[0-9a-z]{25}";

    private final TestLab lab;
    private final Host manager;
    private List<RunningTask> tasks;

    CliFacesIT(TestLab lab) {
        this.lab = lab;
        this.manager = lab.manager();
    }

    @BeforeAll
    void aServiceOfTwo() {
        lab.network(NETWORK, "--subnet", "10.0.80.0/24", "--label", "colour=blue");
        tasks = lab.service(SERVICE, NETWORK, 2, "--label", "tier=front", "nginx");
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(SERVICE), List.of(NETWORK));
    }

    /** The environment in which the client speaks this version of the API. */
    private static Map<String, String> speaking(String version) {
        if (version.equals("1.50")) {
            if (System.getenv("CI") != null && !Docker.CLIENT_VERSION.equals("28.2.2")) {
                fail("CI needs the docker CLI 28.2.2 on PATH, found " + Docker.CLIENT_VERSION);
            }
            return Map.of();
        }
        return Map.of("DOCKER_API_VERSION", version);
    }

    private String docker(Host host, String version, String... words) {
        return host.docker(speaking(version), words).ok();
    }

    private String docker(String version, String... words) {
        return docker(manager, version, words);
    }

    private static void assertLine(String pattern, String text) {
        assertTrue(text.lines().anyMatch(line -> Pattern.matches(pattern, line)), pattern + " in\n" + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void versionAndInfo(String version) {
        String text = docker(version, "version");
        assertLine(" +API version: +1\\.50 \\(minimum version 1\\.24\\)", text);
        assertLine("Server:.*", text);
        String spoken = docker(version, "version", "--format", "{{.Client.APIVersion}}");
        if (Docker.CLIENT_VERSION.equals("28.2.2") || version.equals("1.41")) {
            assertEquals(version, spoken);
        }
        String info = docker(version, "info");
        assertLine(" Swarm: active", info);
        assertLine("  Is Manager: true", info);
        assertLine("  Managers: 1", info);
        assertLine("  Nodes: 3", info);
        assertLine("  Data Path Port: 4789", info);
        assertLine("  Node Address: 198\\.18\\.0\\.1", info);
        assertLine(" Name: node1", info);
        String worker = docker(lab.host("node2"), version, "info");
        assertLine("  Is Manager: false", worker);
        assertLine("   198\\.18\\.0\\.1:2377", worker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void nodes(String version) {
        List<String> rows = docker(version, "node", "ls").lines().toList();
        assertEquals(
                "ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION",
                rows.get(0));
        assertEquals(4, rows.size(), rows::toString);
        assertTrue(
                rows.get(1).matches(ID + " \\*   node1      Ready     Active         Leader           28\\.2\\.2"),
                rows.get(1));
        assertTrue(
                rows.get(2).matches(ID + "     node2      Ready     Active                          28\\.2\\.2"),
                rows.get(2));
        assertEquals("node3", docker(version, "node", "ls", "--filter", "name=node3", "--format", "{{.Hostname}}"));
        assertEquals("node1", docker(version, "node", "ls", "--filter", "role=manager", "--format", "{{.Hostname}}"));
        JsonNode self = Host.parse(docker(version, "node", "inspect", "self")).get(0);
        assertEquals("manager", self.at("/Spec/Role").asText());
        assertEquals("198.18.0.1:2377", self.at("/ManagerStatus/Addr").asText());
        assertTrue(self.at("/ManagerStatus/Leader").asBoolean());
        assertEquals("ready", self.at("/Status/State").asText());
        String pretty = docker(version, "node", "inspect", "--pretty", "node2");
        assertLine("Hostname:\\s+node2", pretty);
        assertLine(" Address:\\s+198\\.18\\.0\\.2", pretty);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void networks(String version) {
        List<String> rows = docker(version, "network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Scope}}")
                .lines()
                .toList();
        assertEquals(
                List.of("docker_gwbridge bridge local", NETWORK + " overlay swarm", "ingress overlay swarm"),
                rows.stream()
                        // The predefined networks of standalone containers come with those.
                        .filter(row -> !List.of("bridge bridge local", "host host local", "none null local")
                                .contains(row))
                        .toList());
        assertEquals(
                NETWORK, docker(version, "network", "ls", "--filter", "label=colour=blue", "--format", "{{.Name}}"));
        assertEquals(
                NETWORK + "\ningress",
                docker(version, "network", "ls", "--filter", "driver=overlay", "--format", "{{.Name}}"));
        assertEquals(
                "10.0.80.0/24 10.0.80.1",
                docker(
                        version,
                        "network",
                        "inspect",
                        "--format",
                        "{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}",
                        NETWORK));
        JsonNode ingress =
                Host.parse(docker(version, "network", "inspect", "ingress")).get(0);
        assertEquals("10.0.0.0/24", ingress.at("/IPAM/Config/0/Subnet").asText());
        assertTrue(ingress.path("Ingress").asBoolean());
        assertEquals(
                "4096",
                ingress.path("Options")
                        .path("com.docker.network.driver.overlay.vxlanid_list")
                        .asText());
        JsonNode gateway = Host.parse(docker(version, "network", "inspect", "docker_gwbridge"))
                .get(0);
        assertEquals("172.18.0.0/16", gateway.at("/IPAM/Config/0/Subnet").asText());
        JsonNode options = gateway.path("Options");
        assertEquals(
                "false", options.path("com.docker.network.bridge.enable_icc").asText());
        assertEquals(
                "true",
                options.path("com.docker.network.bridge.enable_ip_masquerade").asText());
        assertEquals(
                "docker_gwbridge",
                options.path("com.docker.network.bridge.name").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void keysOfAnInspectedNetworkComeInDockersOrder(String version) {
        JsonNode network =
                Host.parse(docker(version, "network", "inspect", NETWORK)).get(0);
        List<String> keys = new ArrayList<>();
        network.fieldNames().forEachRemaining(keys::add);
        keys.remove("EnableIPv4"); // of 28 on; 20.10's client does not know it
        keys.remove("Peers"); // where the network is in use on this node
        assertEquals(
                List.of(
                        "Name",
                        "Id",
                        "Created",
                        "Scope",
                        "Driver",
                        "EnableIPv6",
                        "IPAM",
                        "Internal",
                        "Attachable",
                        "Ingress",
                        "ConfigFrom",
                        "ConfigOnly",
                        "Containers",
                        "Options",
                        "Labels"),
                keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void services(String version) {
        List<String> rows = docker(version, "service", "ls").lines().toList();
        assertTrue(rows.get(0).matches("ID +NAME +MODE +REPLICAS +IMAGE +PORTS"), rows.get(0));
        assertTrue(rows.get(1).matches("[0-9a-z]{12} +face-web +replicated +2/2 +nginx:latest *"), rows.get(1));
        assertEquals(
                SERVICE, docker(version, "service", "ls", "--filter", "label=tier=front", "--format", "{{.Name}}"));
        assertEquals("", docker(version, "service", "ls", "--filter", "name=nobody", "--quiet"));
        JsonNode service =
                Host.parse(docker(version, "service", "inspect", SERVICE)).get(0);
        assertEquals(2, service.at("/Spec/Mode/Replicated/Replicas").asInt());
        assertEquals(
                "nginx",
                service.at("/Spec/TaskTemplate/ContainerSpec/Image").asText().replace(":latest", ""));
        String pretty = docker(version, "service", "inspect", "--pretty", SERVICE);
        assertLine("Name:\\s+face-web", pretty);
        assertLine("Service Mode:\\s+Replicated", pretty);
        assertLine(" Replicas:\\s+2", pretty);
        List<String> ps = docker(version, "service", "ps", SERVICE).lines().toList();
        assertTrue(ps.get(0).matches("ID +NAME +IMAGE +NODE +DESIRED STATE +CURRENT STATE +ERROR +PORTS"), ps.get(0));
        assertEquals(3, ps.size(), ps::toString);
        String node = tasks.get(0).host().name();
        assertEquals(
                node, docker(version, "service", "ps", SERVICE, "--filter", "node=" + node, "--format", "{{.Node}}"));
        assertLine(
                "face-web\\.[12] " + node + " .*",
                docker(version, "node", "ps", node, "--format", "{{.Name}} {{.Node}} {{.CurrentState}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void containers(String version) {
        RunningTask task = tasks.get(0);
        Host host = task.host();
        assertEquals(
                task.shortId() + " nginx:latest " + task.name(),
                docker(
                        host,
                        version,
                        "ps",
                        "--filter",
                        "label=com.docker.swarm.service.name=" + SERVICE,
                        "--format",
                        "{{.ID}} {{.Image}} {{.Names}}"));
        assertEquals(task.shortId(), docker(host, version, "ps", "-q", "--filter", "name=" + SERVICE));
        assertEquals("", docker(host, version, "ps", "-q", "--filter", "status=exited", "--filter", "name=" + SERVICE));
        JsonNode container =
                Host.parse(docker(host, version, "inspect", task.container())).get(0);
        assertEquals("/" + task.name(), container.path("Name").asText());
        assertTrue(container.at("/State/Running").asBoolean());
        assertEquals(task.shortId(), container.at("/Config/Hostname").asText());
        JsonNode endpoint = container.at("/NetworkSettings/Networks/" + NETWORK);
        assertEquals(task.address(), endpoint.path("IPAddress").asText());
        assertEquals(24, endpoint.path("IPPrefixLen").asInt());
        assertEquals(
                SERVICE,
                container.at("/Config/Labels/com.docker.swarm.service.name").asText());
        assertEquals(
                task.name(),
                container.at("/Config/Labels/com.docker.swarm.task.name").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void execAndLogs(String version) {
        RunningTask task = tasks.get(0);
        assertEquals(task.shortId(), docker(task.host(), version, "exec", task.container(), "hostname"));
        Run failing =
                task.host().docker(speaking(version), "exec", task.container(), "sh", "-c", "echo bad >&2; exit 3");
        failing.refused(3, "bad");
        Run missing = task.host().docker(speaking(version), "exec", task.container(), "no-such-program");
        assertEquals(127, missing.exit(), missing::toString);
        String page = "/only-" + version.replace('.', '-');
        docker(
                task.host(),
                version,
                "exec",
                task.container(),
                "wget",
                "-qO/dev/null",
                "http://" + task.address() + "/");
        task.exec("wget", "-qO/dev/null", "http://" + task.address() + page);
        Wait.until(
                "nginx logs the request",
                java.time.Duration.ofSeconds(5),
                () -> docker(task.host(), version, "logs", task.container()),
                log -> log.contains("GET " + page + " HTTP/1.1\" 404"));
        Run last = task.host().docker(speaking(version), "logs", "--tail", "1", task.container());
        assertEquals(1, last.out().lines().count() + last.err().lines().count(), last::toString);
        assertTrue(docker(version, "service", "logs", SERVICE).contains("@" + task.host() + "    | "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void theFilesOfATaskAreDockers(String version) {
        RunningTask task = tasks.get(0);
        String hosts = docker(task.host(), version, "exec", task.container(), "cat", "/etc/hosts");
        assertLine(Pattern.quote("127.0.0.1\tlocalhost"), hosts);
        assertLine(Pattern.quote("::1\tlocalhost ip6-localhost ip6-loopback"), hosts);
        assertLine(Pattern.quote(task.address() + "\t" + task.shortId()), hosts);
        String resolver = docker(task.host(), version, "exec", task.container(), "cat", "/etc/resolv.conf");
        assertLine("nameserver 127\\.0\\.0\\.11", resolver);
        assertLine("options ndots:0", resolver);
        String route = docker(task.host(), version, "exec", task.container(), "ip", "route");
        assertLine("default via 172\\.18\\.0\\.1 dev eth1 *", route);
        assertFalse(route.contains("default via 10."), route);
    }
}
