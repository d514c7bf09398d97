package io.swarmnet.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swarmnet.cli.Main.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is printed, asked and returned. Expected texts are those of docker 28.2.2 run against the same recorded answers, with
 * {@code swarmnet} where it says {@code docker swarm}.
 */
@Timeout(30)
class CommandsTest {
    private static final String NODE = "d8o5cw57s7w3vkyqrg9e24gwl";
    private static final String TOKEN = "SWMTKN-1-3brtcobxqk4elqoath59jz2lwf5b2fw62xyf9hifvzkwa5rn52-";
    private static final String WORKER = TOKEN + "4q98ryybdpc2bsb0jm551jl5m";
    private static final String MANAGER = TOKEN + "012madgr9kmwq4apl10osn93i";
    private static final String PLAIN_INIT = """
            POST /swarm/init {"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"10.77.0.1","DataPathAddr":"","DataPathPort":0,\
            "ForceNewCluster":false,"Spec":{"Labels":null,"Orchestration":{},"Raft":{"ElectionTick":0,"HeartbeatTick":0},\
            "Dispatcher":{},"CAConfig":{},"TaskDefaults":{},"EncryptionConfig":{"AutoLockManagers":false}},\
            "AutoLockManagers":false,"Availability":"","DefaultAddrPool":[],"SubnetSize":24}""";

    @TempDir
    Path directory;

    private PlayedEngine engine;

    private record Ran(int code, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        engine = new PlayedEngine(directory);
        engine.captured("GET /swarm", "swarm.json")
                .captured("GET /nodes", "nodes.json")
                .captured("GET /nodes/" + NODE, "node-self.json")
                .captured("GET /info", "info.json")
                .captured("GET /version", "version.json")
                .answer("POST /swarm/init", "200 OK", "\"" + NODE + "\"")
                .raw("POST /swarm/join", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .raw("POST /swarm/leave", "HTTP/1.1 200 OK\r\n\r\n");
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
    }

    @Test
    void initTellsHowToJoin() {
        Ran ran = run("init", "--advertise-addr", "10.77.0.1");
        assertEquals("""
                Swarm initialized: current node (%s) is now a manager.

                To add a worker to this swarm, run the following command:

                    swarmnet join --token %s 10.77.0.1:2377

                To add a manager to this swarm, run 'swarmnet join-token manager' and follow the instructions.
                """.formatted(NODE, WORKER), ran.out());
        assertEquals("", ran.err());
        assertEquals(0, ran.code());
        assertEquals(List.of(PLAIN_INIT, "GET /nodes/" + NODE, "GET /swarm"), engine.requests);
    }

    @Test
    void initSendsEveryFlag() {
        run(
                "init",
                "--advertise-addr",
                "10.77.0.1",
                "--cert-expiry",
                "1h30m",
                "--task-history-limit",
                "3",
                "--snapshot-interval",
                "7",
                "--max-snapshots",
                "2",
                "--dispatcher-heartbeat",
                "7s",
                "--default-addr-pool",
                "10.5.0.0/16",
                "--default-addr-pool-mask-length",
                "26",
                "--data-path-port",
                "5000",
                "--data-path-addr",
                "eth0",
                "--availability",
                "drain",
                "--listen-addr",
                "1.2.3.4",
                "--force-new-cluster");
        assertEquals("""
                POST /swarm/init {"ListenAddr":"1.2.3.4:2377","AdvertiseAddr":"10.77.0.1","DataPathAddr":"eth0",\
                "DataPathPort":5000,"ForceNewCluster":true,"Spec":{"Labels":null,\
                "Orchestration":{"TaskHistoryRetentionLimit":3},"Raft":{"SnapshotInterval":7,"KeepOldSnapshots":2,\
                "ElectionTick":0,"HeartbeatTick":0},"Dispatcher":{"HeartbeatPeriod":7000000000},\
                "CAConfig":{"NodeCertExpiry":5400000000000},"TaskDefaults":{},\
                "EncryptionConfig":{"AutoLockManagers":false}},"AutoLockManagers":false,"Availability":"drain",\
                "DefaultAddrPool":["10.5.0.0/16"],"SubnetSize":26}""", engine.requests.get(0));
    }

    @Test
    void initAsksForAnAddressWhenThereAreMany() {
        String reason =
                "could not choose an IP address to advertise since this system has multiple addresses on interface eth0";
        engine.answer("POST /swarm/init", "400 Bad Request", "{\"message\":\"" + reason + "\"}");
        assertEquals(
                new Ran(1, "", "Error response from daemon: " + reason + " - specify one with --advertise-addr\n"),
                run("init"));
    }

    @Test
    void theDaemonsRefusalIsPrintedAsItIs() throws IOException {
        engine.captured("POST /swarm/init", "swarm-init-again.json")
                .captured("POST /swarm/join", "swarm-join-again.json")
                .captured("POST /swarm/leave", "swarm-leave-noforce.json")
                .captured("GET /nodes", "worker-nodes.json");
        String already =
                "Error response from daemon: This node is already part of a swarm. Use \"docker swarm leave\" to"
                        + " leave this swarm and join another one.\n";
        assertEquals(new Ran(1, "", already), run("init"));
        assertEquals(new Ran(1, "", already), run("join", "--token", WORKER, "10.77.0.1:2377"));
        assertTrue(run("leave").err().endsWith("Use `--force` to ignore this message.\n")
                || run("leave").err().endsWith("Use `--force` to ignore this message. \n"));
        Ran ls = run("node", "ls");
        assertEquals(1, ls.code());
        assertTrue(ls.err().startsWith("Error response from daemon: This node is not a swarm manager. Worker nodes"));
    }

    @Test
    void joinTellsTheRole() throws IOException {
        assertEquals(
                new Ran(0, "This node joined a swarm as a manager.\n", ""),
                run("join", "--token", MANAGER, "10.77.0.1:2377"));
        assertEquals(
                "POST /swarm/join {\"ListenAddr\":\"0.0.0.0:2377\",\"AdvertiseAddr\":\"\",\"DataPathAddr\":\"\","
                        + "\"RemoteAddrs\":[\"10.77.0.1:2377\"],\"JoinToken\":\"" + MANAGER
                        + "\",\"Availability\":\"\"}",
                engine.requests.get(0));
        engine.captured("GET /info", "worker-info.json");
        assertEquals(
                new Ran(0, "This node joined a swarm as a worker.\n", ""),
                run("join", "--token", WORKER, "10.77.0.1:2377"));
        assertEquals(
                "{\"NodeID\":\"zap9vyepa3z3v0xiyk2ef9z9b\",\"Role\":\"worker\"}\n",
                run("join", "--token", WORKER, "--format", "json", "10.77.0.1:2377")
                        .out());
    }

    @Test
    void leaveLeaves() {
        engine.raw("POST /swarm/leave?force=1", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertEquals(new Ran(0, "Node left the swarm.\n", ""), run("leave"));
        assertEquals(new Ran(0, "Node left the swarm.\n", ""), run("leave", "-f"));
        assertEquals(List.of("POST /swarm/leave", "POST /swarm/leave?force=1"), engine.requests);
    }

    @Test
    void joinTokenPrintsTheCommandOrTheToken() {
        assertEquals(
                "To add a manager to this swarm, run the following command:\n\n    swarmnet join --token " + MANAGER
                        + " 10.77.0.1:2377\n\n",
                run("join-token", "manager").out());
        assertEquals(new Ran(0, WORKER + "\n", ""), run("join-token", "-q", "worker"));
        assertEquals(
                "{\"Role\":\"worker\",\"Token\":\"" + WORKER + "\",\"Addr\":\"10.77.0.1:2377\"}\n",
                run("join-token", "worker", "--format", "json").out());
        assertEquals(new Ran(1, "", "unknown role foo\n"), run("join-token", "foo"));
    }

    @Test
    void joinTokenRotatesOneRole() throws IOException {
        String update =
                "POST /swarm/update?rotateManagerToken=false&rotateManagerUnlockKey=false&rotateWorkerToken=true&version=10";
        engine.raw(update, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertTrue(run("join-token", "--rotate", "worker")
                .out()
                .startsWith("Successfully rotated worker join token.\n\nTo add"));
        String spec = Json.write(Json.at(PlayedEngine.recorded("swarm.json"), "response", "Spec"));
        assertEquals(update + " " + spec, engine.requests.get(1));
    }

    @Test
    void nodeLsPrintsDockersTable() {
        assertEquals("""
                ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
                d8o5cw57s7w3vkyqrg9e24gwl *   node1      Ready     Active         Leader           28.2.2
                zap9vyepa3z3v0xiyk2ef9z9b     node2      Ready     Active                          28.2.2
                """, run("node", "ls").out());
        assertEquals(
                "d8o5cw57s7w3vkyqrg9e24gwl\nzap9vyepa3z3v0xiyk2ef9z9b\n",
                run("node", "ls", "-q").out());
        assertEquals("""
                {"Availability":"Active","EngineVersion":"28.2.2","Hostname":"node1","ID":"d8o5cw57s7w3vkyqrg9e24gwl",\
                "ManagerStatus":"Leader","Self":true,"Status":"Ready","TLSStatus":"Ready"}
                {"Availability":"Active","EngineVersion":"28.2.2","Hostname":"node2","ID":"zap9vyepa3z3v0xiyk2ef9z9b",\
                "ManagerStatus":"","Self":false,"Status":"Ready","TLSStatus":"Ready"}
                """, run("node", "ls", "--format", "json").out());
    }

    @Test
    void nodeLsSendsFiltersAsDockerDoes() {
        String request =
                "GET /nodes?filters=%7B%22membership%22%3A%7B%22accepted%22%3Atrue%7D%2C%22role%22%3A%7B%22manager"
                        + "%22%3Atrue%2C%22worker%22%3Atrue%7D%7D";
        engine.answer(request, "200 OK", "[]");
        Ran ran = run("node", "ls", "--filter", "role=worker", "-f", "membership=accepted", "-f", "role=manager");
        assertEquals(0, ran.code(), ran.err());
        assertEquals(List.of(request), engine.requests);
    }

    @Test
    void versionShowsBothEnds() {
        String out = run("version").out();
        assertTrue(out.startsWith("Client: swarmnet\n Version:           " + VersionCommand.own() + "\n"), out);
        assertTrue(
                out.contains(
                        "\nServer:\n Engine:\n  Version:          28.2.2\n  API version:      1.50 (minimum version 1.24)\n"),
                out);
        assertTrue(run("version", "--format", "json").out().contains("\"ApiVersion\":\"1.50\""));
        assertTrue(!VersionCommand.own().contains("$"), "the build filled it in");
    }

    @Test
    void wrongUseIsToldInDockersWords() {
        assertEquals(
                new Ran(
                        1,
                        "",
                        "swarmnet: 'swarmnet join' requires 1 argument\n\nUsage:  swarmnet join [OPTIONS] HOST:PORT\n\n"
                                + "Run 'swarmnet join --help' for more information\n"),
                run("join"));
        assertEquals(
                new Ran(
                        1,
                        "",
                        "swarmnet: 'swarmnet leave' accepts no arguments\n\nUsage:  swarmnet leave [OPTIONS]\n\n"
                                + "Run 'swarmnet leave --help' for more information\n"),
                run("leave", "a", "b"));
        assertEquals(
                new Ran(
                        125,
                        "",
                        "unknown flag: --bogus\n\nUsage:  swarmnet init [OPTIONS]\n\n"
                                + "Run 'swarmnet init --help' for more information\n"),
                run("init", "--bogus"));
        assertEquals(
                new Ran(
                        125,
                        "",
                        "invalid argument \"foo\" for \"--cert-expiry\" flag: time: invalid duration \"foo\"\n\n"
                                + "Usage:  swarmnet init [OPTIONS]\n\nRun 'swarmnet init --help' for more information\n"),
                run("init", "--cert-expiry", "foo"));
        assertTrue(run("init", "--availability").err().startsWith("flag needs an argument: --availability\n"));
        assertEquals(
                new Ran(1, "", "invalid availability \"foo\", only active, pause and drain are supported\n"),
                run("init", "--availability", "foo"));
        assertTrue(run("bogus").err().startsWith("swarmnet: unknown command: swarmnet bogus\n"));
        assertEquals(1, run("node", "bogus").code());
        assertEquals(125, run("node", "ls", "--filter", "foo").code());
        assertEquals(125, run("node", "ls", "--format", "{{.ID}}").code());
        assertEquals(List.of(), engine.requests);
    }

    @Test
    void helpShowsExamplesFirst() {
        for (String verb : List.of("init", "join", "leave", "join-token", "version", "node")) {
            Ran ran = run(verb, "--help");
            assertEquals(0, ran.code());
            assertTrue(ran.out().startsWith("Examples:\n  swarmnet " + verb), ran.out());
            assertTrue(ran.out().contains("Usage:  swarmnet " + verb), ran.out());
        }
        assertTrue(run("--help").out().contains("join-token"));
        assertEquals(run("--help").out(), run().out());
    }

    @Test
    void otherModulesAddVerbs() {
        assertEquals(new Ran(0, "node1 docker version\n", ""), run("echo", "node1", "--", "docker", "version"));
        assertEquals(new Ran(0, "init\n", ""), run("-H", "unix:///x", "echo", "init"));
        assertTrue(run("--help").out().contains("say the words"));
    }

    @Test
    void aMissingDaemonIsToldWithWhatToDo() throws IOException {
        Path nobody = directory.resolve("nobody.sock");
        Ran ran = run("-H", "unix://" + nobody, "node", "ls");
        assertEquals(
                new Ran(
                        1,
                        "",
                        "Cannot connect to swarmnetd at unix://" + nobody
                                + ": there is no such socket. Start the daemon"
                                + " (swarmnetd), or name its socket with -H unix://PATH or SWARMNET_HOST.\n"),
                ran);
        Files.createFile(nobody);
        assertTrue(run("node", "ls", "-H", "unix://" + nobody).err().contains(": nobody listens there. "));
        assertTrue(
                run("-H", "tcp://1.2.3.4:2375", "node", "ls").err().startsWith("swarmnet talks to unix sockets only"));
    }

    @Test
    void theSocketIsChosenByFlagThenEnvironment() {
        Map<String, String> both = Map.of("SWARMNET_HOST", "unix:///nope", "DOCKER_HOST", "unix://" + engine.socket);
        assertTrue(runIn(both, "node", "ls").err().contains("at unix:///nope"));
        assertEquals(
                0,
                runIn(Map.of("DOCKER_HOST", "unix://" + engine.socket), "node", "ls")
                        .code());
        assertTrue(runIn(Map.of(), "node", "ls").err().contains(SwarmnetCommand.DEFAULT_HOST));
    }

    @Test
    void brokenAnswersAreToldAndNeverATrace() {
        List<String> broken = List.of(
                "",
                "garbage\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]",
                "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{\"a",
                "HTTP/1.1 200 OK\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
        for (String bytes : broken) {
            engine.raw("GET /nodes", bytes);
            Ran ran = run("node", "ls");
            assertEquals(1, ran.code());
            assertEquals(1, ran.err().lines().count(), ran.err());
        }
        engine.raw("GET /nodes", "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
        assertEquals("Error response from daemon: oops\n", run("node", "ls").err());
    }

    private static final String FINDINGS = """
            [{"ID":"kernel.vxlan","What":"vxlan","Status":"fail","Cause":"EOPNOTSUPP","Fix":"modprobe vxlan"},\
            {"ID":"clock","What":"clock","Status":"warn","Cause":"9000 ms ahead","Fix":""},\
            {"ID":"mtu","What":"MTU","Status":"ok","Cause":"","Fix":""}]""";

    @Test
    void doctorTellsCausesAndCommandsAndCountsFailures() throws IOException {
        engine.answer("GET /swarmnet/doctor", "200 OK", FINDINGS);
        Ran table = run("doctor");
        assertEquals("""
                CHECK          STATUS    WHAT      CAUSE
                kernel.vxlan   fail      vxlan     EOPNOTSUPP
                clock          warn      clock     9000 ms ahead
                mtu            ok        MTU

                kernel.vxlan: modprobe vxlan
                1 failed, 1 warned, 0 not checked, 1 ok
                """, table.out());
        assertEquals(1, table.code());
        Ran json = run("doctor", "--format", "json");
        assertEquals(1, json.code());
        assertEquals(3, json.out().lines().count());
        assertTrue(
                json.out().startsWith("{\"ID\":\"kernel.vxlan\",\"What\":\"vxlan\",\"Status\":\"fail\""), json.out());

        String failure = "{\"ID\":\"x\",\"What\":\"x\",\"Status\":\"fail\",\"Cause\":\"\",\"Fix\":\"\"}";
        engine.answer("GET /swarmnet/doctor", "200 OK", "[" + (failure + ",").repeat(299) + failure + "]");
        assertEquals(100, run("doctor").code());
        engine.answer("GET /swarmnet/doctor", "200 OK", "[]");
        assertEquals(0, run("doctor").code());
    }

    @Test
    void undoTellsWhatItDid() throws IOException {
        engine.answer("POST /swarmnet/undo", "200 OK", "[\"net.ipv4.ip_forward = 0\"]");
        assertEquals("net.ipv4.ip_forward = 0\n", run("undo").out());
        engine.answer("POST /swarmnet/undo", "200 OK", "[]");
        assertEquals("Nothing to undo.\n", run("undo").out());
        engine.answer("POST /swarmnet/undo", "503 Service Unavailable", "{\"message\":\"leave it first\"}");
        Ran refused = run("undo");
        assertEquals("Error response from daemon: leave it first\n", refused.err());
        assertEquals(1, refused.code());
    }

    /** Where nobody listens, the swarmnetd beside the command is run once with the flags that were given. */
    @Test
    void withoutADaemonAnotherIsRunOnce() throws IOException {
        Path program = Files.createDirectories(directory.resolve("home/bin")).resolve("swarmnetd");
        Files.writeString(
                program, "#!/bin/sh\necho \"[\\\"$*\\\"]\"\n[ \"$1\" != --undo ] || { echo no >&2; exit 1; }\n");
        assertTrue(program.toFile().setExecutable(true));
        Map<String, String> nobody = Map.of("SWARMNET_HOST", "unix://" + directory.resolve("nobody.sock"));
        String before =
                System.setProperty("swarmnet.home", directory.resolve("home").toString());
        try {
            Ran ran = runIn(nobody, "doctor", "--format", "json", "--data-root", "/d");
            assertEquals("\"--doctor --data-root /d\"\n", ran.out());
            assertEquals(0, ran.code());
            Ran refused = runIn(nobody, "undo");
            assertEquals("no\n", refused.err());
            assertEquals(1, refused.code());
        } finally {
            if (before == null) {
                System.clearProperty("swarmnet.home");
            } else {
                System.setProperty("swarmnet.home", before);
            }
        }
    }

    @Test
    void namesAreInNaturalOrder() {
        assertTrue(NaturalOrder.compare("node2", "node10") < 0);
        assertTrue(NaturalOrder.compare("node02", "node2") > 0);
        assertTrue(NaturalOrder.compare("a", "a1") < 0);
        assertEquals(0, NaturalOrder.compare("n1-b2", "n1-b2"));
    }

    private Ran run(String... arguments) {
        return runIn(Map.of("SWARMNET_HOST", "unix://" + engine.socket), arguments);
    }

    private static Ran runIn(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        int code = Main.run(List.of(arguments), new Terminal(outStream, errStream, environment));
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
