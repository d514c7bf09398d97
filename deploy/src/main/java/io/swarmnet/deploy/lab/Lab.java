package io.swarmnet.deploy.lab;

import io.swarmnet.model.id.Ids;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A lab from up to down. Every step says what it does; what was half made when one fails is taken down again. */
final class Lab {
    private static final int NODES_MAX = 16;
    private static final long DAEMON_LIMIT_MILLIS = 30_000;
    private static final int LOG_TAIL_LINES = 20;
    private static final List<String> IMAGES = List.of("busybox", "nginx", "alpine");

    private final LabPlace place;
    private final PrintStream out;

    Lab(LabPlace place, PrintStream out) {
        this.place = place;
        this.out = out;
    }

    Optional<LabPlace.Made> made() {
        return place.load();
    }

    LabPlace place() {
        return place;
    }

    /**
     * Makes the hosts, starts their daemons, forms the swarm and loads the images.
     *
     * @param count 1 to 16
     * @param daemonFlags given to every daemon; to that of one host after its name and a colon
     * @param images folder with tarballs to import, or null
     */
    void up(int count, List<String> daemonFlags, Path images) throws IOException {
        if (count < 1 || count > NODES_MAX) {
            throw new IllegalArgumentException("a lab has 1 to " + NODES_MAX + " hosts, not " + count);
        }
        if (made().isPresent() || Files.exists(place.netns(LabPlace.UNDERLAY))) {
            throw new IllegalStateException("a lab is up already; take it down first: swarmnet lab down");
        }
        try {
            LabPlace.Made made = makeHosts(count, daemonFlags);
            place.store(made);
            made.nodes().forEach(this::awaitDaemon);
            formSwarm(made);
            if (images != null) {
                loadImages(made, images);
            }
        } catch (IOException | RuntimeException e) {
            down();
            throw e;
        }
    }

    private LabPlace.Made makeHosts(int count, List<String> daemonFlags) throws IOException {
        String archives = Tool.run(
                        List.of(home().resolve("bin/swarmnet-archive").toString()))
                .output();
        if (!archives.isEmpty()) {
            out.println(archives);
        }
        out.println("Underlay 198.18.0.0/24, outside host " + Underlay.OUTSIDE_ADDRESS);
        Files.createDirectories(place.directory());
        Underlay.create(place);
        LabHost outside =
                HostProcess.start(place, LabPlace.OUTSIDE, 0, Underlay.OUTSIDE_ADDRESS, javaMain(OutsideHost.class));
        place.store(new LabPlace.Made(List.of(), outside));
        Underlay.connect(place, outside);
        HostProcess.release(place, outside);
        List<LabHost> nodes = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            String name = "node" + number;
            out.println("Host " + name + " " + Underlay.nodeAddress(number));
            LabHost node =
                    HostProcess.start(place, name, number, Underlay.nodeAddress(number), daemon(name, daemonFlags));
            nodes.add(node);
            place.store(new LabPlace.Made(nodes, outside));
            Underlay.connect(place, node);
            HostProcess.release(place, node);
        }
        return new LabPlace.Made(nodes, outside);
    }

    private static List<String> javaMain(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                Underlay.INTERNET_ADDRESS);
    }

    private List<String> daemon(String name, List<String> flags) throws IOException {
        Path directory = place.directory().resolve(name);
        Files.createDirectories(directory);
        // Image host shows a task the machine's root: what labs keep there is none of its business.
        Path config = directory.resolve("swarmnetd.json");
        String hidden = place.all().stream().map(lab -> "\"" + lab + "\"").collect(Collectors.joining(", "));
        Files.writeString(config, "{\"host-image\": true, \"host-image-hidden\": [" + hidden + "]}\n");
        List<String> command = new ArrayList<>(List.of(
                home().resolve("bin/swarmnetd").toString(),
                "--data-root",
                directory.resolve("data").toString(),
                "--exec-root",
                "/run/swarmnet",
                "--config-file",
                config.toString(),
                "-H",
                "unix:///run/swarmnet/swarmnet.sock",
                "-H",
                "unix://" + directory.resolve("docker.sock")));
        for (String flag : flags) {
            String[] parts = flag.split(":", 2);
            boolean ofOneHost = parts.length == 2 && parts[0].matches("node[0-9]+");
            if (!ofOneHost || parts[0].equals(name)) {
                command.add(ofOneHost ? parts[1] : flag);
            }
        }
        return command;
    }

    private static Path home() {
        String home = System.getProperty("swarmnet.home");
        if (home == null) {
            throw new IllegalStateException("swarmnet.home is not set; start the lab by bin/swarmnet");
        }
        return Path.of(home).toAbsolutePath().normalize();
    }

    private void awaitDaemon(LabHost node) {
        long limit = System.nanoTime() + DAEMON_LIMIT_MILLIS * 1_000_000;
        List<String> ping = docker(node, "version", "--format", "{{.Server.Version}}");
        Tool.Outcome last = Tool.run(ping);
        while (!last.ok()) {
            if (System.nanoTime() > limit) {
                // The log goes with the lab.
                throw new IllegalStateException("the daemon of " + node.name() + " does not answer: " + last.output()
                        + "\nThe end of its log:\n"
                        + logTail(node.directory(place).resolve("daemon.log")));
            }
            last = Tool.run(ping);
        }
    }

    private static String logTail(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_TAIL_LINES), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "(not read: " + e.getMessage() + ")";
        }
    }

    /** The docker command against a node. */
    List<String> docker(LabHost node, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Tool.docker(), "-H", "unix://" + node.socket(place)));
        command.addAll(List.of(arguments));
        return command;
    }

    private void formSwarm(LabPlace.Made made) {
        LabHost first = made.nodes().get(0);
        out.println("Swarm: " + first.name() + " is the manager");
        Tool.run(docker(first, "swarm", "init", "--advertise-addr", first.address()))
                .orThrow("swarm init");
        String token =
                Tool.run(docker(first, "swarm", "join-token", "-q", "worker")).orThrow("swarm join-token");
        made.nodes().stream().skip(1).parallel().forEach(node -> {
            Tool.run(docker(
                            node,
                            "swarm",
                            "join",
                            "--advertise-addr",
                            node.address(),
                            "--token",
                            token,
                            first.address() + ":2377"))
                    .orThrow("swarm join on " + node.name());
            out.println("Swarm: " + node.name() + " joined");
        });
    }

    private void loadImages(LabPlace.Made made, Path images) {
        for (String image : IMAGES) {
            Path tarball = images.resolve(image + ".tar");
            if (!Files.isReadable(tarball)) {
                throw new IllegalArgumentException(
                        "no image " + tarball + "; build it: deploy/images/build.sh " + images);
            }
            List<String> changes = image.equals("nginx")
                    ? List.of(
                            "--change",
                            "CMD [\"nginx\", \"-g\", \"daemon off;\"]",
                            "--change",
                            "EXPOSE 80",
                            "--change",
                            "STOPSIGNAL SIGQUIT")
                    : List.of("--change", "CMD [\"sh\"]");
            made.nodes().parallelStream().forEach(node -> {
                List<String> command = new ArrayList<>(docker(node, "import"));
                command.addAll(changes);
                command.addAll(List.of("-", image + ":latest"));
                Tool.run(command, tarball).orThrow("import of " + image + " on " + node.name());
            });
            out.println("Image " + image + " on every host");
        }
    }

    /** Removes everything of the lab; goes on past failures and does nothing when there is none. */
    void down() {
        Teardown.run(place, made());
    }

    /** The owner that the node's daemon writes on what it makes. */
    static String instance(LabHost node, LabPlace place) {
        return Ids.sha256Hex(node.dataRoot(place).toAbsolutePath().normalize().toString())
                .substring(0, 8);
    }
}
