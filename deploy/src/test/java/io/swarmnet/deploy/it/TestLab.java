package io.swarmnet.deploy.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A lab of hosts, made and driven by the packaged {@code swarmnet} command. */
final class TestLab implements AutoCloseable {
    private static final Duration CONVERGED = Duration.ofSeconds(30);
    private static final Path NOTHING = Path.of("/dev/null");

    private final String name;
    private List<Host> hosts = List.of();

    private TestLab(String name) {
        this.name = name;
    }

    /**
     * Brings one up.
     *
     * @param name at most 8 letters, so that several stand beside each other
     */
    static TestLab up(String name, int count) {
        TestLab lab = new TestLab(name);
        lab.command("lab", "down").ok(); // of a run that was killed
        lab.command("lab", "up", Integer.toString(count), "--images", images().toString())
                .ok();
        lab.hosts = lab.readHosts();
        return lab;
    }

    /** The module's folder, where {@code bin/} is. */
    static Path home() {
        return Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();
    }

    static Path images() {
        Path images = home().resolve("target/images");
        Run.of(List.of("sh", home().resolve("images/build.sh").toString(), images.toString()))
                .ok();
        return images;
    }

    String name() {
        return name;
    }

    Path directory() {
        return Path.of("/var/lib/swarmnet-lab-" + name);
    }

    /** The {@code swarmnet} command, on this lab. */
    Run command(String... words) {
        List<String> command =
                new ArrayList<>(List.of(home().resolve("bin/swarmnet").toString()));
        command.addAll(Arrays.asList(words));
        return Run.of(command, Map.of("SWARMNET_LAB", name), NOTHING);
    }

    JsonNode list() {
        return Host.parse(command("lab", "ls", "--format", "json").ok());
    }

    private List<Host> readHosts() {
        List<Host> found = new ArrayList<>();
        for (JsonNode row : list()) {
            found.add(new Host(
                    this,
                    row.path("name").asText(),
                    row.path("address").asText(),
                    Path.of(row.path("netns").asText()),
                    Path.of(row.path("socket").asText())));
        }
        return List.copyOf(found);
    }

    List<Host> hosts() {
        return hosts;
    }

    Host host(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    Host manager() {
        return hosts.get(0);
    }

    /** The host's first process: it holds the namespaces open, whatever becomes of the daemon. */
    long supervisorPid(String host) {
        try {
            for (JsonNode node : Host.parse(Files.readString(directory().resolve("lab.json")))
                    .path("nodes")) {
                if (node.path("name").asText().equals(host)) {
                    return node.path("supervisorPid").asLong();
                }
            }
            throw new IllegalStateException("no host " + host + " in lab " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The daemon is the supervisor's child that is a Java program. */
    long daemonPid(String host) {
        long supervisor = supervisorPid(host);
        try (Stream<ProcessHandle> children =
                ProcessHandle.of(supervisor).map(ProcessHandle::children).orElse(Stream.of())) {
            return children.filter(child -> child.info()
                            .command()
                            .map(command -> command.endsWith("/java"))
                            .orElse(false))
                    .map(ProcessHandle::pid)
                    .findFirst()
                    .orElse(0L);
        }
    }

    /** Containers of a service that run now, over all hosts. */
    List<RunningTask> tasks(String service, String network) {
        List<RunningTask> tasks = new ArrayList<>();
        for (Host host : hosts) {
            tasks.addAll(tasks(host, service, network));
        }
        return tasks;
    }

    List<RunningTask> tasks(Host host, String service, String network) {
        List<RunningTask> tasks = new ArrayList<>();
        List<String> rows = host.docker(
                        "ps",
                        "--no-trunc",
                        "--filter",
                        "label=com.docker.swarm.service.name=" + service,
                        "--format",
                        "{{.ID}} {{.Names}}")
                .lines();
        for (String row : rows) {
            String[] words = row.split(" ");
            Run inspect = host.docker(
                    "inspect",
                    "--format",
                    "{{(index .NetworkSettings.Networks \"" + network + "\").IPAddress}}",
                    words[0]);
            tasks.add(new RunningTask(host, words[0], words[1], inspect.ok()));
        }
        return tasks;
    }

    /** Makes a service without the CLI's five seconds of watching, and waits until all of it runs. */
    List<RunningTask> service(String service, String network, int replicas, String... imageAndCommand) {
        List<String> words = new ArrayList<>(List.of(
                "service",
                "create",
                "--detach",
                "--quiet",
                "--no-resolve-image",
                "--name",
                service,
                "--network",
                network,
                "--replicas",
                Integer.toString(replicas)));
        words.addAll(List.of(imageAndCommand));
        manager().docker(words.toArray(String[]::new)).ok();
        return running(service, network, replicas);
    }

    List<RunningTask> running(String service, String network, int replicas) {
        Wait.until(
                service + " has " + replicas + " running tasks",
                CONVERGED,
                () -> runningStates(service),
                states -> states == replicas);
        return Wait.until(
                service + " has " + replicas + " containers",
                CONVERGED,
                () -> tasks(service, network),
                tasks -> tasks.size() == replicas
                        && tasks.stream().noneMatch(task -> task.address().isEmpty()));
    }

    private long runningStates(String service) {
        return manager()
                .docker("service", "ps", service, "--filter", "desired-state=running", "--format", "{{.CurrentState}}")
                .lines()
                .stream()
                .filter(state -> state.startsWith("Running"))
                .count();
    }

    void network(String network, String... options) {
        List<String> words = new ArrayList<>(List.of("network", "create", "--driver", "overlay"));
        words.addAll(List.of(options));
        words.add(network);
        manager().docker(words.toArray(String[]::new)).ok();
    }

    /** Removes services, then networks, and waits until no host has anything of them. */
    void remove(List<String> services, List<String> networks) {
        for (String service : services) {
            manager().docker("service", "rm", service).ok();
        }
        for (String network : networks) {
            Wait.until(
                    "network rm " + network, CONVERGED, () -> manager().docker("network", "rm", network), Run::worked);
        }
        awaitNothingLeft();
    }

    /** Until no host has a device of an overlay, or a leg of a task on docker_gwbridge. */
    void awaitNothingLeft() {
        for (Host host : hosts) {
            Wait.until("no vxlan device on " + host, CONVERGED, host::vxlanDevices, List::isEmpty);
            Wait.until(
                    "no leg on docker_gwbridge of " + host,
                    CONVERGED,
                    () -> host.run("ip", "-o", "link", "show", "master", "docker_gwbridge")
                            .ok(),
                    String::isEmpty);
        }
    }

    @Override
    public void close() {
        command("lab", "down").ok();
    }
}
