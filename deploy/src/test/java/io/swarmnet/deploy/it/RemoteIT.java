package io.swarmnet.deploy.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logs and commands of tasks on other hosts, asked of the manager, which asks the task's node over the cluster's bus. */
@Tag("e2e")
@EndToEnd
class RemoteIT {
    private static final String NETWORK = "remote-net";
    private static final String SERVICE = "remote-talker";
    private static final Duration SOON = Duration.ofSeconds(15);

    private final TestLab lab;
    private final Host manager;
    private List<RunningTask> tasks;

    RemoteIT(TestLab lab) {
        this.lab = lab;
        this.manager = lab.manager();
    }

    @BeforeAll
    void aTaskOnEachHostThatTalks() {
        lab.network(NETWORK, "--subnet", "10.0.70.0/24");
        tasks = lab.service(
                SERVICE,
                NETWORK,
                3,
                "busybox",
                "sh",
                "-c",
                "echo I am $(hostname); echo I complain >&2; exec sleep 3600");
    }

    @AfterAll
    void remove() {
        lab.remove(List.of(SERVICE), List.of(NETWORK));
    }

    @Test
    void serviceLogsBringTheLinesOfEveryHost() {
        for (RunningTask task : tasks) {
            Run logs = Wait.until(
                    "logs of " + task,
                    SOON,
                    () -> manager.docker("service", "logs", "--no-trunc", SERVICE),
                    run -> run.out().contains(task.name() + "@" + task.host() + "    | I am " + task.shortId())
                            && run.err().contains(task.name() + "@" + task.host() + "    | I complain"));
            assertTrue(logs.worked());
            assertEquals(3, logs.out().lines().count(), logs::toString);
        }
    }

    @Test
    void tailBringsTheLastLinesOfEach() {
        Run logs = manager.docker("service", "logs", "--raw", "--tail", "1", SERVICE);
        assertEquals(3, logs.out().lines().count() + logs.err().lines().count(), logs::toString);
    }

    @Test
    void commandsRunInATaskOfAnotherHostThroughTheManager() {
        for (RunningTask task : tasks) {
            Run run = manager.docker("exec", task.container(), "hostname");
            assertEquals(task.shortId(), run.ok());
            Run failing = manager.docker("exec", task.container(), "sh", "-c", "echo out; echo err >&2; exit 7");
            assertEquals(7, failing.exit(), failing::toString);
            assertEquals("out", failing.out());
            assertEquals("err", failing.err());
        }
    }

    @Test
    void aHostsOwnSocketTellsLogsOfItsContainers() {
        for (RunningTask task : tasks) {
            Run logs = task.host().docker("logs", task.container());
            assertEquals("I am " + task.shortId(), logs.ok());
            assertEquals("I complain", logs.err());
        }
    }

    @Test
    void aWorkerKnowsNothingOfOtherHostsContainers() {
        Host worker = lab.host("node2");
        RunningTask elsewhere =
                tasks.stream().filter(task -> task.host() != worker).findFirst().orElseThrow();
        worker.docker("exec", elsewhere.container(), "hostname")
                .refused(1, "Error response from daemon: No such container: " + elsewhere.container());
    }
}
