package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is refused, in the words of Docker 28.2.2 where it has some. A further daemon on node3 stands for a host outside of
 * every swarm.
 */
@Tag("e2e")
@EndToEnd
class ErrorsIT {
    private static final String DAEMON = "Error response from daemon: ";
    private static final String NO_SWARM = DAEMON + "This node is not a swarm manager. Use \"docker swarm init\" or"
            + " \"docker swarm join\" to connect this node to swarm and try again.";
    private static final String WORKER = DAEMON + "This node is not a swarm manager. Worker nodes can't be used to view"
            + " or modify cluster state. Please run this command on a manager node or promote the current node to a"
            + " manager.";
    private static final String ALREADY = DAEMON + "This node is already part of a swarm. Use \"docker swarm leave\" to"
            + " leave this swarm and join another one.";
    /** What `docker network rm` adds on a line of its own. */
    private static final String NETWORK_RM = "\nexit status 1";

    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestLab lab;
    private final Host manager;
    private final Host worker;
    private Host loner;
    private Process lonerProcess;

    @TempDir
    private static Path directory;

    ErrorsIT(TestLab lab) {
        this.lab = lab;
        this.manager = lab.manager();
        this.worker = lab.host("node2");
    }

    @BeforeAll
    void startADaemonOutsideOfTheSwarm() throws IOException {
        Host place = lab.host("node3");
        loner = new Host(lab, "node3", place.address(), place.netns(), directory.resolve("loner.sock"));
        lonerProcess = new ProcessBuilder(place.inside(
                        "sh",
                        "-c",
                        "echo $$ >" + directory.resolve("pid") + "; exec \"$0\" \"$@\"",
                        TestLab.home().resolve("bin/swarmnetd").toString(),
                        "--data-root",
                        directory.resolve("data").toString(),
                        "--exec-root",
                        directory.resolve("exec").toString(),
                        "-H",
                        "unix://" + loner.socket()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("loner.log").toFile())
                .start();
        Wait.until("a second daemon on node3 answers", SOON, () -> loner.docker("version")
                .worked());
    }

    @AfterAll
    void stopIt() throws Exception {
        loner.run("kill", "-TERM", Files.readString(directory.resolve("pid")).strip())
                .ok();
        lonerProcess.waitFor();
    }

    private String token() {
        return manager.docker("swarm", "join-token", "-q", "worker").ok();
    }

    private Run join(String token, String remote) {
        return loner.docker("swarm", "join", "--token", token, remote);
    }

    @Test
    void outsideOfASwarmSwarmCommandsSayHowToGetIn() {
        loner.docker("network", "create", "--driver", "overlay", "--subnet", "10.0.9.0/24", "n")
                .refused(1, NO_SWARM);
        loner.docker("service", "ls").refused(1, NO_SWARM);
        loner.docker("node", "ls").refused(1, NO_SWARM);
        loner.docker("swarm", "join-token", "worker").refused(1, NO_SWARM);
        loner.docker("service", "create", "--name", "xx", "nginx").refused(1, NO_SWARM);
        loner.docker("swarm", "leave").refused(1, DAEMON + "This node is not part of a swarm");
        loner.docker("network", "create", "--scope", "swarm", "nope")
                .refused(1, DAEMON + "cannot create a swarm scoped network when swarm is not active");
    }

    @Test
    void aTokenThatIsNoneIsInvalid() {
        join("SWMTKN-1-bad", manager.address() + ":2377").refused(1, DAEMON + "invalid join token");
    }

    @Test
    void aTokenWithAWrongSecretIsInvalid() {
        String token = token();
        String wrong = token.substring(0, token.lastIndexOf('-') + 1) + "0".repeat(25);
        join(wrong, manager.address() + ":2377").refused(1, DAEMON + "invalid join token");
    }

    @Test
    void aTokenOfAnotherSwarmDoesNotMatchTheAuthority() {
        String digest = "0".repeat(49) + "1";
        String[] parts = token().split("-");
        String other = parts[0] + "-" + parts[1] + "-" + digest + "-" + parts[3];
        join(other, manager.address() + ":2377")
                .refused(1, DAEMON + "remote CA does not match fingerprint. Expected: " + "0".repeat(63) + "1");
    }

    @Test
    void aManagerThatIsNotThereIsNamedAtOnce() {
        long begun = System.nanoTime();
        join(token(), worker.address() + ":2377")
                .refused(
                        1,
                        DAEMON
                                + "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while"
                                + " dialing: dial tcp " + worker.address() + ":2377: connect: connection refused\"");
        Run nobody = join(token(), "198.18.0.99:2377");
        assertEquals(1, nobody.exit(), nobody::toString);
        assertTrue(nobody.err().contains("dial tcp 198.18.0.99:2377: "), nobody::toString);
        assertTrue(Duration.ofNanos(System.nanoTime() - begun).toSeconds() < 20, "told within 20 s");
    }

    @Test
    void aSecondJoinOrInitIsRefused() {
        worker.docker("swarm", "join", "--token", token(), manager.address() + ":2377")
                .refused(1, ALREADY);
        worker.docker("swarm", "init").refused(1, ALREADY);
        manager.docker("swarm", "init", "--advertise-addr", manager.address()).refused(1, ALREADY);
    }

    @Test
    void theLastManagerLeavesByForceOnly() {
        manager.docker("swarm", "leave")
                .refused(
                        1,
                        DAEMON + "You are attempting to leave the swarm on a node that is participating as a manager."
                                + " Removing the last manager erases all current state of the swarm. Use `--force` to"
                                + " ignore this message.");
    }

    @Test
    void aWorkerSendsYouToAManager() {
        worker.docker("node", "ls").refused(1, WORKER);
        worker.docker("service", "ls").refused(1, WORKER);
        worker.docker("service", "create", "--name", "xx", "nginx").refused(1, WORKER);
        worker.docker("swarm", "join-token", "worker").refused(1, WORKER);
    }

    @Test
    void theSwarmnetCommandSaysTheSame() {
        String socket = "unix://" + worker.socket();
        lab.command("-H", socket, "node", "ls").refused(1, WORKER);
        lab.command("-H", socket, "join", "--token", token(), manager.address() + ":2377")
                .refused(1, ALREADY);
        lab.command("-H", "unix://" + loner.socket(), "join", "--token", "SWMTKN-1-bad", "198.18.0.1:2377")
                .refused(1, DAEMON + "invalid join token");
        lab.command("-H", "unix://" + loner.socket(), "leave").refused(1, DAEMON + "This node is not part of a swarm");
    }

    @Test
    void subnetsThatOverlapAreRefusedAndNamed() {
        lab.network("taken-net", "--subnet", "10.0.50.0/24");
        try {
            create("clash", "--subnet", "10.0.50.128/25")
                    .refused(
                            1,
                            DAEMON + "invalid pool request: Pool overlaps with other one on this address space"
                                    + " (network taken-net has 10.0.50.0/24)");
            create("clash", "--subnet", "10.0.0.0/24")
                    .refused(
                            1,
                            DAEMON + "invalid pool request: Pool overlaps with other one on this address space"
                                    + " (network ingress has 10.0.0.0/24)");
            create("taken-net").refused(1, DAEMON + "network with name taken-net already exists");
        } finally {
            manager.docker("network", "rm", "taken-net").ok();
        }
    }

    @Test
    void aSubnetOfANodesRouteNeedsForce() {
        Run refused = create("routed", "--subnet", "198.18.0.0/25");
        assertEquals(1, refused.exit(), refused::toString);
        assertTrue(
                refused.err()
                        .matches(DAEMON + "invalid pool request: 198\\.18\\.0\\.0/25 is used on node node[123]: it has"
                                + " route 198\\.18\\.0\\.0/24 on device eth0; choose another --subnet, or take it with"
                                + " --opt swarmnet\\.force-overlap=true"),
                refused::toString);
        create("routed", "--subnet", "198.18.0.0/25", "--opt", "swarmnet.force-overlap=true")
                .ok();
        manager.docker("network", "rm", "routed").ok();
    }

    @Test
    void aRouteOfAWorkerClashesToo() {
        worker.run("ip", "route", "add", "10.77.0.0/16", "via", "198.18.0.254").ok();
        try {
            Wait.until(
                    "the clash on node2 is known",
                    SOON,
                    () -> {
                        Run run = create("far", "--subnet", "10.77.1.0/24");
                        if (run.worked()) {
                            manager.docker("network", "rm", "far").ok();
                        }
                        return run;
                    },
                    run -> run.err().contains("10.77.1.0/24 is used on node node2: it has route 10.77.0.0/16"));
        } finally {
            worker.run("ip", "route", "del", "10.77.0.0/16").ok();
        }
    }

    @Test
    void badMasksAreRefusedWithTheRightOne() {
        create("mask", "--subnet", "10.77.1.0/16")
                .refused(1, DAEMON + "invalid network config:\ninvalid subnet 10.77.1.0/16: it should be 10.77.0.0/16");
        Run none = create("mask", "--subnet", "10.77.0.0/99");
        assertEquals(1, none.exit(), none::toString);
    }

    private Run create(String name, String... options) {
        List<String> words = new java.util.ArrayList<>(List.of("network", "create", "-d", "overlay"));
        words.addAll(List.of(options));
        words.add(name);
        return manager.docker(words.toArray(String[]::new));
    }

    @Test
    void whatIsNotThereOrInUseIsSaid() {
        manager.docker("network", "rm", "nobody").refused(1, DAEMON + "network nobody not found" + NETWORK_RM);
        manager.docker("network", "rm", "bridge")
                .refused(1, DAEMON + "bridge is a pre-defined network and cannot be removed" + NETWORK_RM);
        manager.docker("service", "create", "--no-resolve-image", "-d", "--name", "x", "--network", "nobody", "nginx")
                .refused(1, DAEMON + "network nobody not found");
        manager.docker("service", "rm", "nobody").refused(1, DAEMON + "service nobody not found");
        lab.network("busy-net");
        manager.docker(
                        "service",
                        "create",
                        "--no-resolve-image",
                        "-d",
                        "--replicas",
                        "0",
                        "--name",
                        "busy",
                        "--network",
                        "busy-net",
                        "nginx")
                .ok();
        try {
            String network =
                    manager.json("network", "inspect", "busy-net").at("/0/Id").asText();
            String service =
                    manager.json("service", "inspect", "busy").at("/0/ID").asText();
            manager.docker("network", "rm", "busy-net")
                    .refused(
                            1,
                            DAEMON + "rpc error: code = FailedPrecondition desc = network " + network
                                    + " is in use by service " + service + NETWORK_RM);
            manager.docker("service", "create", "--no-resolve-image", "-d", "--name", "busy", "nginx")
                    .refused(
                            1,
                            DAEMON + "rpc error: code = AlreadyExists desc = name conflicts with an existing object:"
                                    + " service busy already exists");
        } finally {
            lab.remove(List.of("busy"), List.of("busy-net"));
        }
    }

    @Test
    void whatIsNotBuiltYetIsSaidInASentence() {
        for (List<String> words : List.of(
                List.of("run", "-d", "nginx"),
                List.of("service", "create", "-d", "--no-resolve-image", "--publish", "80:80", "nginx"),
                List.of("network", "create", "-d", "overlay", "--opt", "encrypted", "sealed"))) {
            Run run = manager.docker(words.toArray(String[]::new));
            assertTrue(run.exit() != 0, run::toString);
            assertTrue(run.err().matches("(?s).*(not supported .*by swarmnet yet|not there yet).*"), run::toString);
        }
    }
}
