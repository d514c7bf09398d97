package io.swarmnet.engine.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.swarmnet.model.object.Task;
import io.swarmnet.model.session.NodeAnswer;
import io.swarmnet.model.session.NodeRequest;
import io.swarmnet.worker.doctor.Finding;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API by raw HTTP over its unix socket. */
@Timeout(30)
class EngineApiTest {
    private static ApiFixture fixture;
    private static UnixHttp http;

    @BeforeAll
    static void open() throws Exception {
        fixture = new ApiFixture();
        http = fixture.http();
        http.post(
                "/networks/create",
                "{\"Name\":\"ov\",\"Driver\":\"overlay\",\"Attachable\":true,"
                        + "\"IPAM\":{\"Config\":[{\"Subnet\":\"10.0.9.0/24\"}]}}");
        http.post("/services/create", service("web", ""));
        for (Task task : fixture.swarm.snapshot().tasks()) {
            if (task.nodeId().equals(FakeSwarm.NODE1)) {
                var container = fixture.containerOf(task);
                fixture.worker.containers.put(container);
                fixture.worker.containers.logs.put(
                        container.id().value(),
                        List.of(
                                FakeContainers.line(1, "one"),
                                FakeContainers.line(2, "two"),
                                FakeContainers.line(1, "three")));
            }
        }
    }

    @AfterAll
    static void close() throws Exception {
        fixture.close();
    }

    private static String service(String name, String container) {
        return "{\"Name\":\"" + name
                + "\",\"Labels\":{},\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"nginx:latest\","
                + "\"Init\":false,\"DNSConfig\":{}" + container + "},\"Resources\":{\"Limits\":{},\"Reservations\":{}},"
                + "\"Placement\":{},\"Networks\":[{\"Target\":\"ov\"}],\"ForceUpdate\":0},"
                + "\"Mode\":{\"Replicated\":{\"Replicas\":2}},\"EndpointSpec\":{\"Mode\":\"vip\"}}";
    }

    private static String filters(String json) {
        return "?filters=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
    }

    @Test
    void negotiatesAsDockerDoes() throws Exception {
        UnixHttp.Answer ping = http.send("HEAD", "/_ping", new byte[0], "");
        assertEquals(200, ping.status());
        assertEquals("1.50", ping.headers().get("api-version"));
        assertEquals("linux", ping.headers().get("ostype"));
        assertEquals("active/manager", ping.headers().get("swarm"));
        assertEquals("Docker/28.2.2 (linux)", ping.headers().get("server"));
        assertEquals("OK", http.get("/v1.41/_ping").text());
        UnixHttp.Answer tooNew = http.get("/v9.99/info");
        assertEquals(400, tooNew.status());
        assertEquals("client version 9.99 is too new. Maximum supported API version is 1.50", tooNew.message());
        assertEquals(
                "client version 1.20 is too old. Minimum supported API version is 1.24, please upgrade your client to a"
                        + " newer version",
                http.get("/v1.20/info").message());
    }

    @Test
    void doctorTellsFindingsAndUndoWaitsForLeave() throws Exception {
        fixture.worker.findings =
                List.of(new Finding("kernel.vxlan", "vxlan", Finding.Status.FAIL, "EOPNOTSUPP", "modprobe vxlan"));
        assertEquals(
                "[{\"ID\":\"daemon\",\"What\":\"swarmnetd\",\"Status\":\"ok\",\"Cause\":\"runs\",\"Fix\":\"\"},"
                        + "{\"ID\":\"kernel.vxlan\",\"What\":\"vxlan\",\"Status\":\"fail\",\"Cause\":\"EOPNOTSUPP\","
                        + "\"Fix\":\"modprobe vxlan\"}]\n",
                http.get("/swarmnet/doctor").text());
        UnixHttp.Answer refused = http.post("/swarmnet/undo", "");
        assertEquals(503, refused.status());
        assertEquals(
                "this node is part of a swarm, which needs what undo would take away: leave it first (swarmnet leave)",
                refused.message());
    }

    @Test
    void unknownPathsAndMethodsAreNotFound() throws Exception {
        UnixHttp.Answer answer = http.get("/v1.50/nosuchpath");
        assertEquals(404, answer.status());
        assertEquals("{\"message\":\"page not found\"}\n", answer.text());
        assertEquals(404, http.delete("/v1.50/info").status());
    }

    @Test
    void whatIsNotThereYetSaysSo() throws Exception {
        for (String path :
                List.of("/containers/create", "/v1.50/containers/x/start", "/networks/x/connect", "/build")) {
            UnixHttp.Answer answer = http.post(path, "{}");
            assertEquals(501, answer.status(), path);
            assertTrue(answer.message().length() > 20, path);
        }
        assertEquals(
                "{\"Volumes\":[],\"Warnings\":null}\n", http.get("/volumes").text());
        assertEquals(501, http.post("/images/create?fromImage=nginx", "").status());
        assertEquals(501, http.get("/distribution/nginx:latest/json").status());
    }

    @Test
    void wrongBodiesAreRefusedWithTheFieldNamed() throws Exception {
        assertTrue(http.post("/networks/create", "{bad").message().startsWith("invalid JSON: "));
        assertEquals(
                "invalid name: name is empty",
                http.post("/networks/create", "{}").message());
        UnixHttp.Answer wrong = http.post("/networks/create", "{\"Name\":\"x\",\"Internal\":\"yes\"}");
        assertEquals(400, wrong.status());
        assertEquals("invalid JSON: Internal must be true or false, not a string", wrong.message());
        assertEquals(
                "invalid JSON: TaskTemplate.ContainerSpec.Env[1] must be a string, not the number 7",
                http.post("/services/create", service("x", ",\"Env\":[\"a=b\",7]"))
                        .message());
        assertEquals(
                400,
                http.post("/networks/create", "{\"Name\":\"" + "n".repeat(64) + "\"}")
                        .status());
        assertEquals(
                "rpc error: code = InvalidArgument desc = name must be 63 characters or fewer",
                http.post("/services/create", service("s".repeat(64), "")).message());
        String deep = "[".repeat(5_000);
        assertEquals(400, http.post("/networks/create", "{\"Name\":" + deep).status());
        byte[] large = new byte[(int) Routes.MAX_BODY_BYTES + 1];
        assertEquals(400, http.send("POST", "/networks/create", large, "").status());
    }

    @Test
    void unsupportedServiceFieldsAreNamedAndNeverDropped() throws Exception {
        UnixHttp.Answer mounts = http.post("/services/create", service("x", ",\"Mounts\":[{\"Target\":\"/a\"}]"));
        assertEquals(501, mounts.status());
        assertEquals(
                "TaskTemplate.ContainerSpec.Mounts is not supported for services by swarmnet yet", mounts.message());
        assertEquals(
                201,
                http.post("/services/create", service("empties", ",\"Mounts\":[],\"Secrets\":null"))
                        .status());
        assertEquals(
                "TaskTemplate.Resources.Limits.MemoryBytes is not supported for services by swarmnet yet",
                http.post(
                                "/services/create",
                                service("x", "").replace("\"Limits\":{}", "\"Limits\":{\"MemoryBytes\":9}"))
                        .message());
        assertEquals(
                "EndpointSpec.Ports is not supported for services by swarmnet yet",
                http.post(
                                "/services/create",
                                service("x", "").replace("\"vip\"", "\"vip\",\"Ports\":[{\"TargetPort\":80}]"))
                        .message());
        assertEquals(
                "mismatched Runtime and *Spec fields",
                http.post("/services/create", "{}").message());
        assertEquals(204, http.delete("/services/empties").status() == 200 ? 204 : 0);
    }

    @Test
    void refusalsHaveDockersWordsAndStatus() throws Exception {
        assertEquals("network nosuch not found", http.get("/networks/nosuch").message());
        assertEquals("service nosuch not found", http.get("/services/nosuch").message());
        assertEquals("node nosuch not found", http.get("/nodes/nosuch").message());
        assertEquals("task nosuch not found", http.get("/tasks/nosuch").message());
        assertEquals(
                "No such container: nosuch", http.get("/containers/nosuch/json").message());
        assertEquals(
                "No such image: nosuch:latest", http.get("/images/nosuch/json").message());
        assertEquals(
                "invalid filter 'bogus'",
                http.get("/networks" + filters("{\"bogus\":[\"x\"]}")).message());
        assertEquals("invalid filter", http.get("/networks?filters=zzz").message());
        assertEquals(
                "plugin \"zzz\" not found",
                http.post("/networks/create", "{\"Name\":\"y\",\"Driver\":\"zzz\"}")
                        .message());
        UnixHttp.Answer taken = http.post("/networks/create", "{\"Name\":\"host\",\"Driver\":\"bridge\"}");
        assertEquals(409, taken.status());
        assertEquals("network with name host already exists", taken.message());
        assertEquals(403, http.delete("/networks/bridge").status());
        assertEquals(404, http.get("/networks/ov?scope=local").status());
        assertEquals(
                "invalid service version '': strconv.ParseUint: parsing \"\": invalid syntax",
                http.post("/services/web/update", "{\"Name\":\"web\"}").message());
        UnixHttp.Answer badNetwork =
                http.post("/services/create", service("q", "").replace("\"ov\"", "\"nosuch\""));
        assertEquals(500, badNetwork.status());
        assertEquals("network nosuch not found", badNetwork.message());
    }

    @Test
    void listsFilter() throws Exception {
        assertEquals(
                1,
                http.get("/networks" + filters("{\"name\":{\"ov\":true}}"))
                        .json()
                        .size());
        assertEquals(
                0,
                http.get("/networks" + filters("{\"driver\":{\"bridge\":true}}"))
                        .json()
                        .size());
        assertEquals(
                1,
                http.get("/nodes" + filters("{\"role\":{\"manager\":true}}"))
                        .json()
                        .size());
        assertEquals(
                1,
                http.get("/tasks" + filters("{\"node\":[\"node2\"],\"service\":[\"web\"]}"))
                        .json()
                        .size());
        assertEquals(
                2,
                http.get("/tasks" + filters("{\"service\":{\"web\":true},\"_up-to-date\":{\"true\":true}}"))
                        .json()
                        .size());
        assertEquals(
                1,
                http.get("/services" + filters("{\"name\":{\"we\":true}}") + "&status=true")
                        .json()
                        .size());
        assertEquals(
                1,
                http.get("/containers/json" + filters("{\"name\":{\"web\":true}}"))
                        .json()
                        .size());
    }

    @Test
    void insertDefaultsShowsWhatTheUserLeftOut() throws Exception {
        JsonNode plain = http.get("/services/web").json().get("Spec");
        assertTrue(plain.at("/TaskTemplate/RestartPolicy").isMissingNode());
        JsonNode full = http.get("/services/web?insertDefaults=true").json().get("Spec");
        assertEquals(
                10_000_000_000L,
                full.at("/TaskTemplate/ContainerSpec/StopGracePeriod").asLong());
        assertEquals("any", full.at("/TaskTemplate/RestartPolicy/Condition").asText());
        assertEquals("stop-first", full.at("/UpdateConfig/Order").asText());
        assertEquals(
                2,
                http.get("/services?status=true")
                        .json()
                        .get(0)
                        .at("/ServiceStatus/RunningTasks")
                        .asInt());
    }

    @Test
    void logsAreFramedAndSelected() throws Exception {
        Task here = task(FakeSwarm.NODE1);
        UnixHttp.Answer all = http.get("/v1.50/containers/" + here.name() + "/logs?stdout=1&stderr=1&tail=2");
        assertEquals("application/vnd.docker.multiplexed-stream", all.headers().get("content-type"));
        assertEquals("\2\0\0\0\0\0\0\4two\n\1\0\0\0\0\0\0\6three\n", all.text());
        assertEquals(
                "application/vnd.docker.raw-stream",
                http.get("/v1.41/containers/" + here.name() + "/logs?stdout=1")
                        .headers()
                        .get("content-type"));
        assertTrue(http.get("/containers/" + here.name() + "/logs?stderr=1&timestamps=1")
                .text()
                .endsWith("2026-11-21T17:00:00.500000000Z two\n"));
        assertEquals(400, http.get("/containers/" + here.name() + "/logs").status());
    }

    @Test
    void followsALogUntilTheContainerEnds() throws Exception {
        fixture.swarm.remote = request -> {
            long cursor = ((NodeRequest.ReadLogs) request).cursor();
            List<NodeAnswer.Piece> next = cursor < 3 ? List.of(FakeContainers.line(1, "line " + cursor)) : List.of();
            Promise<NodeAnswer> later = Promise.promise();
            fixture.vertx.setTimer(
                    20, tick -> later.complete(new NodeAnswer.Output(cursor + 1, next, next.isEmpty(), 0)));
            return later.future();
        };
        String text = http.get("/containers/" + task(FakeSwarm.NODE2).name() + "/logs?stdout=1&follow=1")
                .text();
        assertEquals("\1\0\0\0\0\0\0\7line 0\n\1\0\0\0\0\0\0\7line 1\n\1\0\0\0\0\0\0\7line 2\n", text);
    }

    @Test
    void waitAnswersWhenTheContainerHasEnded() throws Exception {
        Task here = task(FakeSwarm.NODE1);
        var running = fixture.containerOf(here);
        fixture.vertx.setTimer(300, tick -> fixture.worker.containers.put(fixture.ended(running, 9)));
        try {
            assertEquals(
                    "{\"StatusCode\":9}\n",
                    http.post("/containers/" + here.name() + "/wait", "").text());
        } finally {
            fixture.worker.containers.put(running);
        }
    }

    @Test
    void asksAnotherNodeForTheLogsOfItsTask() throws Exception {
        Task there = task(FakeSwarm.NODE2);
        fixture.swarm.remote = request -> request instanceof NodeRequest.ReadLogs logs && logs.cursor() == 0
                ? Future.succeededFuture(
                        new NodeAnswer.Output(1, List.of(FakeContainers.line(1, "from node2")), false, -1))
                : Future.succeededFuture(new NodeAnswer.Output(1, List.of(), true, 0));
        assertEquals(
                "\1\0\0\0\0\0\0\13from node2\n",
                http.get("/containers/" + there.name() + "/logs?stdout=1").text());
        String service = http.get("/services/web/logs?stdout=1&details=1").text();
        assertTrue(service.contains("com.docker.swarm.task.id=" + there.id() + " from node2\n"), service);
        assertTrue(service.contains("com.docker.swarm.node.id=" + FakeSwarm.NODE1 + ","), service);
    }

    /** What is taken and then ignored is a lie that shows up much later. */
    @Test
    void settingsWithoutEffectAreRefusedWithTheFieldNamed() throws Exception {
        for (String spec : List.of(
                "{\"CAConfig\":{\"NodeCertExpiry\":3600000000000}}",
                "{\"Raft\":{\"SnapshotInterval\":5000}}",
                "{\"Raft\":{\"KeepOldSnapshots\":3}}",
                "{\"TaskDefaults\":{\"LogDriver\":{\"Name\":\"syslog\"}}}")) {
            String field =
                    spec.replaceAll(".*\"(NodeCertExpiry|SnapshotInterval|KeepOldSnapshots|LogDriver)\".*", "$1");
            UnixHttp.Answer init = http.post("/swarm/init", "{\"Spec\":" + spec + "}");
            assertEquals(501, init.status(), spec);
            assertTrue(init.text().contains(field), init.text());
            long version = http.get("/swarm").json().at("/Version/Index").asLong();
            assertEquals(
                    501, http.post("/swarm/update?version=" + version, spec).status(), spec);
        }
        UnixHttp.Answer bridge = http.post(
                "/networks/create", "{\"Name\":\"docker_gwbridge2\",\"Driver\":\"bridge\",\"EnableIPv6\":true}");
        assertEquals(501, bridge.status(), bridge.text());
        assertTrue(bridge.text().contains("EnableIPv6"), bridge.text());
    }

    @Test
    void execWithUpgradeKeepsOutputAfterTheClientEndedItsHalf() throws Exception {
        String name = task(FakeSwarm.NODE1).name();
        JsonNode created = http.post(
                        "/containers/" + name + "/exec",
                        "{\"AttachStdin\":true,\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[\"cat\"]}")
                .json();
        String id = created.get("Id").asText();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(fixture.socket));
            String body = "{\"Detach\":false,\"Tty\":false}";
            UnixHttp.write(
                    channel,
                    ("POST /v1.50/exec/" + id + "/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                    + body)
                            .getBytes(StandardCharsets.UTF_8));
            String head = UnixHttp.readHead(channel);
            assertTrue(head.startsWith("HTTP/1.1 101 UPGRADED\r\n"), head);
            assertTrue(head.contains("application/vnd.docker.multiplexed-stream"), head);
            UnixHttp.write(channel, "typed\n".getBytes(StandardCharsets.UTF_8));
            channel.shutdownOutput();
            String answer = new String(UnixHttp.readAll(channel), StandardCharsets.ISO_8859_1);
            assertEquals("\1\0\0\0\0\0\0\6typed\n", answer);
        }
        JsonNode exec = http.get("/exec/" + id + "/json").json();
        assertEquals(0, exec.get("ExitCode").asInt(-1));
        assertEquals("cat", exec.at("/ProcessConfig/entrypoint").asText());
        assertEquals(409, http.post("/exec/" + id + "/start", "{}").status());
    }

    @Test
    void importsAStreamLongerThanAnyBody() throws Exception {
        byte[] tarball = new byte[20 << 20];
        UnixHttp.Answer answer =
                http.send("POST", "/images/create?fromSrc=-&repo=own&tag=1&changes=CMD+sh", tarball, "");
        assertEquals(200, answer.status(), answer.text());
        assertEquals("sha256:" + "d".repeat(64), answer.json().get("status").asText());
        assertEquals(tarball.length, fixture.worker.images.importedBytes);
        assertEquals(0, fixture.directory.resolve("scratch").toFile().list().length);
        assertEquals(
                "own:1",
                http.get("/images/own%3A1/json").json().at("/RepoTags/0").asText());
    }

    @Test
    void eventsComeWhileTheyHappenAndAreReplayed() throws Exception {
        long since = System.currentTimeMillis() / 1000;
        http.post("/networks/create", "{\"Name\":\"evnet\",\"Driver\":\"overlay\"}");
        http.delete("/networks/evnet");
        String events =
                http.get("/events?since=" + since + "&until=" + (since + 1)).text();
        assertTrue(events.contains("\"Type\":\"network\",\"Action\":\"create\""), events);
        assertTrue(events.contains("\"Attributes\":{\"name\":\"evnet\"}"), events);
        assertTrue(events.lines().allMatch(line -> line.startsWith("{") && line.endsWith("}")));
    }

    @Test
    void outsideOfASwarmAndOnAWorkerTheWordsDiffer() throws Exception {
        Membership.Status before = fixture.swarm.status;
        try {
            fixture.swarm.status =
                    new Membership.Status(Membership.State.ACTIVE, FakeSwarm.NODE1, "10.77.0.1", false, "");
            assertTrue(http.get("/swarm").message().contains("Worker nodes can't be used"));
            UnixHttp.Answer create = http.post("/networks/create", "{\"Name\":\"w\",\"Driver\":\"overlay\"}");
            assertEquals(403, create.status());
            assertTrue(create.message().contains("Use \"docker swarm init\""));
            fixture.swarm.status = new Membership.Status(Membership.State.INACTIVE, null, "", false, "");
            assertEquals(503, http.get("/services").status());
            assertEquals(
                    "inactive",
                    http.get("/info").json().at("/Swarm/LocalNodeState").asText());
            assertEquals("inactive", http.get("/_ping").headers().get("swarm"));
        } finally {
            fixture.swarm.status = before;
        }
    }

    @Test
    void answersPingWhileTheDaemonStartsAndTheRestWhenItIsUp() throws Exception {
        Promise<Void> started = Promise.promise();
        try (ApiFixture starting = new ApiFixture(started.future())) {
            assertEquals("OK", starting.http().get("/_ping").text());
            starting.vertx.setTimer(200, tick -> started.complete());
            assertEquals(
                    201,
                    starting.http()
                            .post("/networks/create", "{\"Name\":\"later\",\"Driver\":\"overlay\"}")
                            .status());
        }
    }

    private static Task task(io.swarmnet.model.id.NodeId node) {
        return fixture.swarm.snapshot().tasks().stream()
                .filter(task -> task.nodeId().equals(node) && task.serviceName().equals("web"))
                .findFirst()
                .orElseThrow();
    }
}
