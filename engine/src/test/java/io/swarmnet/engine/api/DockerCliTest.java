package io.swarmnet.engine.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swarmnet.model.object.Task;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.model.wire.Encoding;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stock docker CLI before the API. Tables are compared to the letter. What speaks API 1.50 needs the client 28.2.2:
 * with another one it is skipped, and fails when CI is set. An older one (Debian's 20.10) is driven at 1.41.
 */
@Timeout(60)
class DockerCliTest {
    private static final String CLIENT_VERSION = cliVersion();

    private ApiFixture fixture;
    private Path home;
    private String apiVersion = "";

    record Run(int exit, String out, String err) {}

    @BeforeEach
    void open() throws Exception {
        if (System.getenv("CI") != null && CLIENT_VERSION.isEmpty()) {
            fail("CI needs a docker CLI on PATH; deploy/scripts/setup.sh test unpacks Debian's");
        }
        assumeTrue(!CLIENT_VERSION.isEmpty(), "no docker CLI on PATH");
        fixture = new ApiFixture();
        home = Files.createTempDirectory("docker-cli");
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        if (home != null) {
            try (var files = Files.walk(home)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String cliVersion() {
        try {
            Process process = new ProcessBuilder("docker", "version", "--format", "{{.Client.Version}}")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            return "";
        }
    }

    private static void needsCurrentClient() {
        if (System.getenv("CI") != null && !CLIENT_VERSION.startsWith("28.2.2")) {
            fail("CI needs the docker CLI 28.2.2 on PATH, found: " + CLIENT_VERSION);
        }
        assumeTrue(CLIENT_VERSION.startsWith("28.2.2"), "the docker CLI is " + CLIENT_VERSION);
    }

    private Run docker(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker", "-H", "unix://" + fixture.socket));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("DOCKER_CONFIG", home.toString());
        builder.environment().put("DOCKER_CLI_HINTS", "false");
        if (!apiVersion.isEmpty()) {
            builder.environment().put("DOCKER_API_VERSION", apiVersion);
        }
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        Process process = builder.redirectInput(
                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("docker " + String.join(" ", words) + " does not end: " + Files.readString(out));
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private String ok(String... words) throws Exception {
        Run run = docker(words);
        assertEquals(0, run.exit(), String.join(" ", words) + ": " + run.err());
        return run.out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "1.41"})
    void mainJob(String version) throws Exception {
        if (version.equals("1.50")) {
            needsCurrentClient();
        } else {
            apiVersion = version;
        }
        assertTrue(ok("version").contains("API version:      1.50 (minimum version 1.24)"));
        assertTrue(ok("info").contains(" Swarm: active\n  NodeID: " + FakeSwarm.NODE1 + "\n  Is Manager: true\n"));
        assertEquals("""
                ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
                d8o5cw57s7w3vkyqrg9e24gwl *   node1      Ready     Active         Leader           28.2.2
                zap9vyepa3z3v0xiyk2ef9z9b     node2      Ready     Active                          28.2.2
                """, ok("node", "ls"));
        String network = ok(
                        "network", "create", "--driver", "overlay", "--subnet", "10.0.9.0/24", "my-multi-host-network")
                .trim();
        assertEquals(25, network.length());
        assertEquals(
                "NETWORK ID     NAME                    DRIVER    SCOPE\n"
                        + "1abp41d729q6   ingress                 overlay   swarm\n"
                        + network.substring(0, 12) + "   my-multi-host-network   overlay   swarm\n",
                ok("network", "ls"));
        assertEquals(
                "10.0.9.0/24 10.0.9.1 swarm false\n",
                ok(
                        "network",
                        "inspect",
                        "my-multi-host-network",
                        "--format",
                        "{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}} {{.Scope}} {{.Attachable}}"));
        String service = ok(
                        "service",
                        "create",
                        "-d",
                        "--replicas",
                        "2",
                        "--network",
                        "my-multi-host-network",
                        "--name",
                        "my-web",
                        "nginx")
                .trim();
        assertEquals(
                "ID             NAME      MODE         REPLICAS   IMAGE          PORTS\n" + service.substring(0, 12)
                        + "   my-web    replicated   2/2        nginx:latest   \n",
                ok("service", "ls"));
        List<String> ps = ok("service", "ps", "my-web").lines().toList();
        assertEquals(3, ps.size());
        assertTrue(ps.get(1).contains("my-web.") && ps.get(1).contains("nginx:latest"), ps.get(1));
        String all = String.join("\n", ps);
        assertTrue(all.contains("   node1     Running") && all.contains("   node2     Running"), all);
        assertTrue(
                ok("service", "inspect", "--pretty", "my-web").contains("Service Mode:\tReplicated\n Replicas:\t2\n"));
        assertEquals(
                "\"any\"\n",
                ok("service", "inspect", "my-web", "--format", "{{json .Spec.TaskTemplate.RestartPolicy.Condition}}"));
        containers();
        assertEquals("my-web\n", ok("service", "rm", "my-web"));
        assertEquals("my-multi-host-network\n", ok("network", "rm", "my-multi-host-network"));
    }

    private void containers() throws Exception {
        Task here = task(FakeSwarm.NODE1);
        var container = fixture.containerOf(here);
        fixture.worker.containers.put(container);
        fixture.worker.containers.logs.put(
                container.id().value(), List.of(FakeContainers.line(1, "hello"), FakeContainers.line(2, "oops")));
        String id = container.id().value().substring(0, 12);
        String name = here.name();
        assertEquals(
                "CONTAINER ID   IMAGE          COMMAND   CREATED                  STATUS         PORTS     NAMES\n" + id
                        + "   nginx:latest   \"nginx\"   Less than a second ago   Up 5 seconds             " + name
                        + "\n",
                ok("ps").replaceAll("\\d+ seconds? ago     ?", "Less than a second ago")
                        .replaceAll("Up \\d seconds", "Up 5 seconds"));
        assertEquals("\"/" + name + "\"\n", ok("inspect", name, "--format", "{{json .Name}}"));
        Run logs = docker("logs", name);
        assertEquals("hello\n", logs.out());
        assertEquals("oops\n", logs.err());
        Run exec = docker("exec", name, "echo", "a", "b");
        assertEquals(new Run(0, "a b\n", "to stderr\n"), exec);
        assertEquals(127, docker("exec", name, "nosuch").exit());
        remote();
    }

    private void remote() throws Exception {
        Task there = task(FakeSwarm.NODE2);
        fixture.swarm.remote = request -> {
            if (request instanceof NodeRequest.StartExec) {
                return Future.succeededFuture(new NodeAnswer.ExecStarted("x1", 77));
            }
            if (request instanceof NodeRequest.Inspect) {
                return Future.succeededFuture(new NodeAnswer.Container(Encoding.encode(fixture.containerOf(there))));
            }
            long cursor = request instanceof NodeRequest.ReadExec exec
                    ? exec.cursor()
                    : ((NodeRequest.ReadLogs) request).cursor();
            return Future.succeededFuture(
                    cursor == 0
                            ? new NodeAnswer.Output(1, List.of(FakeContainers.line(1, "far away")), false, -1)
                            : new NodeAnswer.Output(1, List.of(), true, 3));
        };
        assertEquals(new Run(3, "far away\n", ""), docker("exec", there.name(), "anything"));
        assertEquals("far away\n", ok("logs", there.name()));
        String lines = ok("service", "logs", "my-web");
        assertTrue(lines.contains(there.name().substring(0, "my-web.2.".length())), lines);
        assertTrue(lines.contains("@node2    | far away\n"), lines);
        assertTrue(lines.contains("@node1    | hello\n"), lines);
    }

    private Task task(io.swarmnet.model.id.NodeId node) {
        return fixture.swarm.snapshot().tasks().stream()
                .filter(task -> task.nodeId().equals(node))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void serviceCreateConvergesAndScales() throws Exception {
        needsCurrentClient();
        ok("network", "create", "-d", "overlay", "ov");
        String created = ok("service", "create", "--replicas", "2", "--network", "ov", "--name", "web", "nginx");
        assertTrue(created.contains("verify: Service ") && created.contains(" converged"), created);
        assertEquals(
                "web scaled to 3\n",
                ok("service", "scale", "-d", "web=3").lines().findFirst().orElse("") + "\n");
        assertTrue(ok("service", "ls").contains("3/3"));
        ok("service", "update", "-d", "--env-add", "A=b", "web");
        assertEquals(
                "[A=b]\n", ok("service", "inspect", "web", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Env}}"));
        ok("service", "rollback", "-d", "web");
        assertEquals("[]\n", ok("service", "inspect", "web", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Env}}"));
        ok("node", "update", "--availability", "drain", "node2");
        assertTrue(ok("node", "ls").contains("node2      Ready     Drain"));
    }

    @Test
    void errorsReadAsDockers() throws Exception {
        needsCurrentClient();
        Run missing = docker("network", "inspect", "nosuch");
        assertEquals(1, missing.exit());
        assertEquals("[]\n", missing.out());
        assertEquals("Error response from daemon: network nosuch not found\n", missing.err());
        Run run = docker("run", "-d", "nginx");
        assertEquals(125, run.exit());
        assertTrue(run.err().contains("standalone containers are not there yet"), run.err());
        Run publish = docker("service", "create", "-d", "-p", "80:80", "nginx");
        assertEquals(1, publish.exit());
        assertTrue(
                publish.err().contains("EndpointSpec.Ports is not supported for services by swarmnet yet"),
                publish.err());
        assertEquals("VOLUME NAME\n", ok("volume", "ls").replace("DRIVER    ", ""));
        fixture.swarm.status = new Membership.Status(Membership.State.INACTIVE, null, "", false, "");
        assertEquals(
                "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm"
                        + " join\" to connect this node to swarm and try again.\n",
                docker("service", "ls").err());
    }

    @Test
    void importAndSwarmCommands() throws Exception {
        needsCurrentClient();
        Path tarball = home.resolve("root.tar");
        Files.write(tarball, new byte[10_240]);
        assertEquals("sha256:" + "d".repeat(64) + "\n", ok("import", "-c", "CMD sh", tarball.toString(), "busybox"));
        assertTrue(ok("images").contains("busybox      latest    dddddddddddd"), ok("images"));
        String init = ok("swarm", "init", "--advertise-addr", "10.77.0.1");
        assertTrue(
                init.startsWith("Swarm initialized: current node (" + FakeSwarm.NODE1 + ") is now a manager.\n\n"),
                init);
        assertTrue(init.contains("    docker swarm join --token SWMTKN-1-"), init);
        assertTrue(init.contains(" 10.77.0.1:2377\n"), init);
        assertTrue(ok("swarm", "join-token", "-q", "worker").startsWith("SWMTKN-1-"));
        ok("network", "create", "-d", "overlay", "evnet");
        assertTrue(ok("events", "--since", "1m", "--until", Long.toString(System.currentTimeMillis() / 1000 + 1))
                .contains("(name=evnet)"));
        assertEquals("Node left the swarm.\n", ok("swarm", "leave", "--force"));
    }
}
